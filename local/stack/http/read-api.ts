import { z } from 'zod';
import { type DeployedFunction, functionByArnOrName } from '../functions/read-functions.ts';
import { readProperties } from '../template/properties.ts';
import type { LaptopReferences } from '../template/references.ts';
import { resourcesOf, type Template } from '../template/template.ts';

/** A route of the HTTP API and the function behind it. */
export interface Route {
  /** `METHOD /path/{parameter}`, `ANY /path` or `$default`. */
  readonly routeKey: string;
  readonly function: DeployedFunction;
  readonly timeoutMs: number;
}

export interface HttpApi {
  readonly logicalId: string;
  readonly routes: readonly Route[];
}

const API = { Name: z.string(), ProtocolType: z.literal('HTTP') };
const API_IGNORED = {
  Description: 'nobody reads it',
  DisableExecuteApiEndpoint: 'the laptop has no other address',
  Tags: 'nobody reads them',
};

const STAGE = {
  ApiId: z.string(),
  StageName: z.literal('$default', 'a named stage, which comes before the path, is not interpreted'),
};
const STAGE_IGNORED = {
  AccessLogSettings: 'there is no log group to write to',
  AutoDeploy: 'the template is read once',
  DefaultRouteSettings: 'requests are not throttled',
  Description: 'nobody reads it',
  RouteSettings: 'requests are not throttled',
  Tags: 'nobody reads them',
};

/** API Gateway's own limit, in force when the integration states none. */
const INTEGRATION_TIMEOUT_MS = 30_000;

const INTEGRATION = {
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  IntegrationMethod: z.literal('POST').optional(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.coerce.number().int().max(INTEGRATION_TIMEOUT_MS).default(INTEGRATION_TIMEOUT_MS),
};

const ROUTE = {
  ApiId: z.string(),
  RouteKey: z.string().regex(/^(\$default|[A-Z]+ \/.*)$/),
  Target: z.string().startsWith('integrations/'),
  AuthorizationType: z.literal('NONE').optional(),
};

/** The HTTP API of the template, or undefined when it has none. More than one is an error. */
export function readApi(
  template: Template,
  references: LaptopReferences,
  functions: readonly DeployedFunction[],
): HttpApi | undefined {
  const [logicalId, second] = resourcesOf(template, 'AWS::ApiGatewayV2::Api');
  if (second !== undefined) throw new Error(`Expected one HTTP API, found another one: ${second}`);
  if (logicalId === undefined) return undefined;
  readProperties(template, references, logicalId, API, API_IGNORED);
  for (const stage of resourcesOf(template, 'AWS::ApiGatewayV2::Stage')) {
    readProperties(template, references, stage, STAGE, STAGE_IGNORED);
  }
  const integrations = new Map(
    resourcesOf(template, 'AWS::ApiGatewayV2::Integration').map((id) => {
      const { IntegrationUri, TimeoutInMillis } = readProperties(template, references, id, INTEGRATION);
      return [
        `integrations/${id}`,
        { function: functionByArnOrName(functions, IntegrationUri, id), timeoutMs: TimeoutInMillis },
      ];
    }),
  );
  const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map((id) => {
    const { RouteKey, Target } = readProperties(template, references, id, ROUTE, {
      OperationName: 'nobody reads it',
    });
    const integration = integrations.get(Target);
    if (integration === undefined) throw new Error(`${id}: expected an integration, got ${Target}`);
    return { routeKey: RouteKey, ...integration };
  });
  return { logicalId, routes };
}
