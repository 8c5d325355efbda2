import { devNull } from 'node:os';
import { accessKeyIdOf } from '../access/access-key.ts';
import { SECRET_ACCESS_KEY } from '../aws-client.ts';
import { REGION } from '../template/names.ts';
import type { DeployedFunction } from './read-functions.ts';

/** Base addresses of the AWS services that the functions call. */
export interface ServiceEndpoints {
  readonly dynamoDb: string;
  readonly sqs: string;
  readonly sesV2: string;
  readonly secretsManager: string;
}

/** What a process needs from the machine to run at all. Nothing else of the user's environment gets in. */
const INHERITED = ['PATH', 'SystemRoot', 'TMPDIR', 'TEMP', 'TMP'] as const;

/** The environment of a function's processes: the template's variables, Lambda's own, and where AWS is. */
export function environmentOf(
  fn: DeployedFunction,
  endpoints: ServiceEndpoints,
  overrides: Readonly<Record<string, string>>,
): Record<string, string> {
  const overridden = Object.entries(overrides).filter(([name]) => Object.hasOwn(fn.environment, name));
  return {
    ...inherited(),
    ...fn.environment,
    ...Object.fromEntries(overridden),
    ...lambdaVariables(fn),
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDb,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SESV2: endpoints.sesV2,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManager,
    // The user's profile may name regions and endpoints of its own.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  };
}

/** Refuses an override that no function has a variable for: it would be a setting without effect. */
export function checkOverrides(
  functions: readonly DeployedFunction[],
  overrides: Readonly<Record<string, string>>,
): void {
  for (const name of Object.keys(overrides)) {
    if (functions.some(({ environment }) => Object.hasOwn(environment, name))) continue;
    throw new Error(`Expected a function with the environment variable ${name} in the template, found none`);
  }
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    INHERITED.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Source: AWS Lambda developer guide, `configuration-envvars`, defined runtime environment variables. */
function lambdaVariables(fn: DeployedFunction): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyIdOf(fn.logicalId),
    AWS_SECRET_ACCESS_KEY: SECRET_ACCESS_KEY,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: fn.log.format,
    ...(fn.log.level === undefined ? {} : { AWS_LAMBDA_LOG_LEVEL: fn.log.level }),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'laptop',
    LAMBDA_TASK_ROOT: fn.directory,
    LANG: 'en_US.UTF-8',
    TZ: 'UTC',
    LAPTOP_FUNCTION_ARN: fn.arn,
  };
}
