import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { readAccessKeyId } from '../access/access-key.ts';
import type { Gate, Refusal } from '../access/gate.ts';
import { listen, stopServer } from '../http/listen.ts';
import type { Secret } from './read-secrets.ts';

export interface SecretsServer {
  /** Base address of Secrets Manager. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Secrets Manager, as far as functions use it: GetSecretValue in AWS JSON 1.1. Any other action is an error. */
export async function startSecrets(secrets: readonly Secret[], gate: Gate): Promise<SecretsServer> {
  const versions = new Map(secrets.map(({ arn }) => [arn, randomUUID()]));
  const createdAt = Math.floor(Date.now() / 1_000);

  function getSecretValue(secretId: string, accessKeyId: string | undefined): Answer {
    const secret = secrets.find(({ arn, name }) => arn === secretId || name === secretId);
    const refusal = gate.check(accessKeyId, () => [
      { action: 'secretsmanager:GetSecretValue', resources: [secret?.arn ?? secretId] },
    ]);
    if (refusal !== undefined) return refuse(refusal);
    if (secret === undefined) {
      return failure('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    if (secret.value === undefined) {
      return failure(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      );
    }
    return {
      status: 200,
      body: {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: versions.get(secret.arn),
        VersionStages: ['AWSCURRENT'],
        SecretString: secret.value,
        CreatedDate: createdAt,
      },
    };
  }

  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request, getSecretValue);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });
  const port = await listen(server, 0);
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => stopServer(server) };
}

async function answer(
  request: IncomingMessage,
  getSecretValue: (secretId: string, accessKeyId: string | undefined) => Answer,
): Promise<Answer> {
  const action = String(request.headers['x-amz-target'] ?? '');
  if (action !== 'secretsmanager.GetSecretValue') {
    return failure(
      'InvalidAction',
      `The laptop stack answers secretsmanager.GetSecretValue only, got "${action}"`,
    );
  }
  const input = JSON.parse(Buffer.concat(await request.toArray()).toString()) as { SecretId?: unknown };
  if (typeof input.SecretId !== 'string') return failure('InvalidParameterException', 'SecretId is missing');
  return getSecretValue(input.SecretId, readAccessKeyId(request.headers.authorization));
}

/** Source: Secrets Manager API reference, `CommonErrors`. */
function refuse({ kind, message }: Refusal): Answer {
  return failure(kind === 'accessDenied' ? 'AccessDeniedException' : 'UnrecognizedClientException', message);
}

function failure(type: string, message: string): Answer {
  return { status: 400, body: { __type: type, message } };
}
