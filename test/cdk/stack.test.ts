import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { STACK_NAME } from '../../cdk/compose-app.ts';
import { FUNCTIONS, ROUTES } from '../../shared/deployment/functions.ts';
import { SECRETS } from '../../shared/deployment/secrets.ts';
import { TABLES } from '../../shared/deployment/tables.ts';
import { at, composeWithoutCode, list, pointsAt, resourcesOf, type Template } from './template.ts';

const assembly = composeWithoutCode().app.synth();
const template: Template = assembly.getStackByName(STACK_NAME).template;

function idsOf(type: string): readonly string[] {
  return resourcesOf(template, type).map(([id]) => id);
}

function logicalIds(shapes: Readonly<Record<string, { readonly logicalId: string }>>): readonly string[] {
  return Object.values(shapes).map(({ logicalId }) => logicalId);
}

describe('the stack', () => {
  it('is the only one', () => {
    expect(assembly.stacksRecursively.map(({ stackName }) => stackName)).toEqual([STACK_NAME]);
  });

  it('belongs to no account or region', () => {
    expect(assembly.getStackByName(STACK_NAME).environment).toMatchObject({
      account: 'unknown-account',
      region: 'unknown-region',
    });
  });

  it('pins the logical ids of what must not be replaced', () => {
    expect(idsOf('AWS::DynamoDB::Table').toSorted()).toEqual(logicalIds(TABLES).toSorted());
    expect(idsOf('AWS::SecretsManager::Secret').toSorted()).toEqual(logicalIds(SECRETS).toSorted());
    expect(idsOf('AWS::Lambda::Function').toSorted()).toEqual(Object.values(FUNCTIONS).toSorted());
    expect(idsOf('AWS::ApiGatewayV2::Api')).toEqual(['Api']);
    expect(idsOf('AWS::SQS::Queue').toSorted()).toEqual([
      'ConfirmationDeadLetterQueue',
      'ConfirmationQueue',
      'EmailDeadLetterQueue',
      'EmailFeedbackDeadLetterQueue',
      'EmailFeedbackQueue',
      'EmailQueue',
      'EventsDeadLetterQueue',
      'EventsQueue',
      'SlackDeadLetterQueue',
      'SlackQueue',
      'SlackWorkDeadLetterQueue',
      'SlackWorkQueue',
      'SmsDeadLetterQueue',
      'SmsQueue',
      'WebhookDeadLetterQueue',
      'WebhookQueue',
    ]);
  });

  it('tells the operator where things are', () => {
    const outputs = Object.entries(template.Outputs).map(([name, output]) => [
      name,
      pointsAt(at(output, 'Value')),
    ]);
    expect(Object.fromEntries(outputs)).toMatchObject({
      ApiUrl: 'Api',
      OperatorSecretArn: 'OperatorSecret',
      StatuspageSecretArn: 'StatuspageSecret',
      TwilioSecretArn: 'TwilioSecret',
      SlackSecretArn: 'SlackSecret',
      EmailQueueName: 'EmailQueue',
      WebhookDeadLetterQueueName: 'WebhookDeadLetterQueue',
    });
  });
});

/** What `local/` has to understand. A new type or function is work there: this test is the reminder. */
describe('the laptop stack can read the template', () => {
  it('holds these resource types only', () => {
    const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
    expect([...types].toSorted()).toEqual([
      'AWS::ApiGatewayV2::Api',
      'AWS::ApiGatewayV2::Integration',
      'AWS::ApiGatewayV2::Route',
      'AWS::ApiGatewayV2::Stage',
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::DynamoDB::Table',
      'AWS::Events::Rule',
      'AWS::IAM::Role',
      'AWS::Lambda::EventInvokeConfig',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::Logs::LogGroup',
      'AWS::SES::ConfigurationSet',
      'AWS::SES::ConfigurationSetEventDestination',
      'AWS::SNS::Subscription',
      'AWS::SNS::Topic',
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
      'AWS::SecretsManager::Secret',
    ]);
  });

  it('has no parameters, conditions, mappings, rules or transforms', () => {
    expect(Object.keys(template).toSorted()).toEqual(['Description', 'Outputs', 'Resources']);
  });

  it('uses these intrinsic functions only', () => {
    const used = new Set(JSON.stringify(template).match(/"(Ref|Condition|Fn::\w+)":/g));
    used.delete('"Condition":'); // Of policy statements: `Condition` of a resource would need `Conditions` above.
    expect([...used].toSorted()).toEqual(['"Fn::GetAtt":', '"Fn::Join":', '"Fn::Sub":', '"Ref":']);
  });

  it("names every function's bundle", () => {
    for (const [id, lambda] of resourcesOf(template, 'AWS::Lambda::Function')) {
      const path = String(at(lambda, 'Metadata.aws:asset:path'));
      expect(existsSync(join(assembly.directory, path, 'index.mjs')), id).toBe(true);
      expect(at(lambda, 'Properties.Handler')).toBe('index.handler');
    }
  });
});

describe('the API', () => {
  it('has exactly the routes of the contract, each to its function', () => {
    const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, route]) => {
      const integration = pointsAt(at(route, 'Properties.Target')).replace('integrations/', '');
      const target = pointsAt(at(template.Resources[integration], 'Properties.IntegrationUri'));
      return `${at(route, 'Properties.RouteKey')} -> ${target}`;
    });
    const expected = ROUTES.map(
      ({ method, path, function: name }) => `${method} ${path} -> ${FUNCTIONS[name]}`,
    );
    expect(routes.toSorted()).toEqual(expected.toSorted());
  });

  it('takes less of what anybody may write and may cost a message', () => {
    const [stage] = resourcesOf(template, 'AWS::ApiGatewayV2::Stage').map(([, resource]) => resource);
    const settings = Object(at(stage, 'Properties.RouteSettings'));
    const open = ['/p/{page}/subscribe', '/p/{page}/incidents/{incident}/subscribe', '/m/{token}'];
    expect(Object.keys(settings).toSorted()).toEqual(
      [...open, '/confirm/sms/{reference}'].map((path) => `POST ${path}`).toSorted(),
    );
    for (const setting of Object.values(settings)) {
      expect(setting).toEqual({ ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 });
    }
    // CloudFormation refuses settings of a route that is not there yet.
    const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route')
      .filter(([, route]) => Object.hasOwn(settings, String(at(route, 'Properties.RouteKey'))))
      .map(([id]) => id);
    expect(list(at(stage, 'DependsOn'))).toEqual(expect.arrayContaining(routes));
    expect(routes).toHaveLength(4);
  });

  it('may call each function that it serves', () => {
    const called = resourcesOf(template, 'AWS::Lambda::Permission')
      .filter(([, permission]) => at(permission, 'Properties.Principal') === 'apigateway.amazonaws.com')
      .map(([, permission]) => pointsAt(at(permission, 'Properties.FunctionName')));
    const served = new Set(ROUTES.map((route) => FUNCTIONS[route.function]));
    expect(called.toSorted()).toEqual([...served].toSorted());
  });
});
