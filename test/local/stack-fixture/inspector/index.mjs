// Tells about its surroundings, and uses them with the clients that the real functions use.
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

let invocations = 0;

export async function handler(event, context) {
  invocations += 1;
  if (event.fail) throw new RangeError(`failed on request ${event.fail}`);
  if (event.detail?.fail) throw new RangeError(event.detail.fail);
  if (event.queryStringParameters?.services) return { statusCode: 200, body: await useServices() };
  const seen = {
    event,
    environment: process.env,
    remainingMs: context.getRemainingTimeInMillis(),
    context,
    cwd: process.cwd(),
    pid: process.pid,
    invocations,
  };
  console.log(JSON.stringify(seen));
  return seen;
}

async function useServices() {
  const { TABLE, QUEUE_URL, SECRET_ARN } = process.env;
  const tables = new DynamoDBClient();
  await tables.send(new PutItemCommand({ TableName: TABLE, Item: { pk: { S: 'a' }, sk: { S: 'b' } } }));
  const { Item } = await tables.send(
    new GetItemCommand({ TableName: TABLE, Key: { pk: { S: 'a' }, sk: { S: 'b' } } }),
  );
  const secret = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: SECRET_ARN }));
  const sent = await new SQSClient().send(
    new SendMessageCommand({ QueueUrl: QUEUE_URL, MessageBody: 'from a function', DelaySeconds: 900 }),
  );
  return JSON.stringify({ Item, secret: secret.SecretString, sent: typeof sent.MessageId });
}
