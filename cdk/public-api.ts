import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ROUTES } from '../shared/deployment/functions.ts';
import { ImpactAlarm } from './alarms.ts';
import type { FanoutFunction } from './function.ts';
import { pin } from './pin.ts';

export interface PublicApiProps {
  readonly logRetention: RetentionDays;
  readonly alarmTopic: ITopic;
}

type Route = (typeof ROUTES)[number];
export type RoutedFunctions = Readonly<Record<Route['function'], FanoutFunction>>;

/** Requests per second over all routes. A million emails make some tens of clicks a second on their links. */
const THROTTLE = { rateLimit: 200, burstLimit: 400 };

/**
 * Routes that anybody may write through, without a key or a link, and each of whose requests may cost a message. The limits per
 * client, address and page are the function's; this one bounds what a flood can make it do.
 */
const OPEN_TO_WRITERS = /^POST \/(p\/|confirm\/sms\/|m\/)/;
const OPEN_THROTTLE = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 };

/**
 * What an access log line holds. The route's pattern and never its path: paths hold tokens. No client address
 * either: it would say who unsubscribed.
 */
const ACCESS_LOG_LINE = {
  at: '$context.requestTimeEpoch',
  request: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  functionLatencyMs: '$context.integrationLatency',
  functionError: '$context.integrationErrorMessage',
};

const BEARER =
  'The function checks the operator key (bearer) in constant time; API Gateway could not without a second function.';
const LINK =
  'Opened from a message by somebody without an account: the signed token in the path is the authorisation, checked by the function.';
const SIGN_UP =
  'Public: whoever signs up has no account. The function limits how many confirmations leave, and only the owner of an address can confirm.';
const TWILIO = 'The function checks the signature of Twilio.';
const SLACK = 'The function checks the signature of Slack on the raw bytes of the request.';

const FEED = 'Public: what was published, for feed readers and calendars. It only reads.';

/** Everything of the operator's but the description of the API asks for the operator's key. */
type KeyPath = Exclude<Extract<Route, { function: 'operate' }>['path'], '/openapi.json'>;

/** Why no route has an authorizer (AwsSolutions-APIG4), and who checks instead. A new route has to answer too. */
const WITHOUT_AUTHORIZER: Readonly<Record<Exclude<Route['path'], KeyPath>, string>> = {
  '/v1/pages/{page}/updates': BEARER,
  '/v1/pages/{page}/sources/statuspage/{token}':
    'Statuspage can send no header: the secret token in the path is the authorisation, checked by the function in constant time.',
  '/openapi.json': 'The description of the API is public.',
  '/u/{token}': LINK,
  '/m/{token}': LINK,
  '/manage/{token}': LINK,
  '/confirm/{token}': LINK,
  '/confirm/sms/{reference}':
    'The six digits of a text are the authorisation, checked by the function: five tries in ten minutes.',
  '/p/{page}/subscribe': SIGN_UP,
  '/p/{page}/incidents/{incident}/subscribe': SIGN_UP,
  '/i/{code}': 'Public: leads to where an incident is published, and only there.',
  '/p/{page}/feed.atom': FEED,
  '/p/{page}/feed.json': FEED,
  '/p/{page}/maintenance.ics': FEED,
  '/p/{page}/components/{component}/feed.atom': FEED,
  '/p/{page}/components/{component}/feed.json': FEED,
  '/p/{page}/components/{component}/maintenance.ics': FEED,
  '/p/{page}/incidents/{incident}/maintenance.ics': FEED,
  '/slack/install': 'Public: begins the installation of the Slack app; it writes nothing.',
  '/slack/oauth':
    'The signed, single-use state, bound to a cookie, is the authorisation, checked by the function.',
  '/slack/commands': SLACK,
  '/slack/interactions': SLACK,
  '/slack/events': SLACK,
  '/v1/feedback/twilio/status': TWILIO,
  '/v1/feedback/twilio/message': TWILIO,
};

function reasonFor(path: Route['path']): string {
  const others: Readonly<Partial<Record<Route['path'], string>>> = WITHOUT_AUTHORIZER;
  return others[path] ?? BEARER;
}

/** The HTTP API. It exists before the functions, which need its address, and gets its routes after them. */
export class PublicApi extends Construct {
  readonly api: HttpApi;
  private readonly stage: HttpStage;

  constructor(scope: Construct, id: string, props: PublicApiProps) {
    super(scope, id);
    this.api = pin(
      new HttpApi(this, 'Api', { apiName: 'incident-fanout', createDefaultStage: false }),
      'Api',
    );
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: THROTTLE,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_LINE)),
      },
    });
    new ImpactAlarm(this, 'ServerErrors', {
      topic: props.alarmTopic,
      metric: this.api.metricServerError({ period: Duration.minutes(5), statistic: Stats.SUM }),
      atLeast: 1,
      periods: 1,
      impact:
        'A publisher, a subscriber or a provider got a 5xx: an update may not have been accepted. The access log says which route.',
    });
  }

  /** `https://...` without a trailing slash. */
  get url(): string {
    return this.api.apiEndpoint;
  }

  /** Adds exactly the routes of `ROUTES`, each to its function. */
  serve(functions: RoutedFunctions): void {
    const integrations = new Map(
      Object.entries(functions).map(([name, fn]) => [
        name,
        new HttpLambdaIntegration(name, fn.lambda, { scopePermissionToRoute: false }),
      ]),
    );
    for (const { method, path, function: name } of ROUTES) {
      const integration = integrations.get(name);
      if (!integration) throw new Error(`expected a function ${name} for ${method} ${path}, got none`);
      const routes = this.api.addRoutes({ methods: [HttpMethod[method]], path, integration });
      for (const route of routes) {
        Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: reasonFor(path) });
        if (OPEN_TO_WRITERS.test(`${method} ${path}`)) this.slowDown(`${method} ${path}`, route);
      }
    }
  }

  /** Gives one route a throttle of its own. The stage can name only routes that exist, so it comes after this one. */
  private slowDown(routeKey: string, route: HttpRoute): void {
    const stage = this.stage.node.defaultChild;
    if (!(stage instanceof CfnStage)) throw new Error('expected the stage to be one resource, got none');
    stage.addPropertyOverride(`RouteSettings.${routeKey}`, OPEN_THROTTLE);
    stage.node.addDependency(route);
  }
}
