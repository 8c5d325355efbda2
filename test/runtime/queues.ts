import { CreateQueueCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';

/** SQS on loopback: `startFauxqs` would listen on every interface of the machine. */
export async function startSqs() {
  const app = buildApp({ logger: false, defaultRegion: 'eu-west-1' });
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  const client = new SQSClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return {
    client,
    async create(name: string): Promise<string> {
      const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: name }));
      // The engine names the host that AWS would have: what counts is the path.
      return new URL(new URL(QueueUrl).pathname, endpoint).href;
    },
    /** All that is visible now. */
    async receiveAll(url: string): Promise<Message[]> {
      const received: Message[] = [];
      for (;;) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            QueueUrl: url,
            MaxNumberOfMessages: 10,
            MessageAttributeNames: ['All'],
            MessageSystemAttributeNames: ['All'],
          }),
        );
        if (Messages.length === 0) return received;
        received.push(...Messages);
      }
    },
    async stop() {
      client.destroy();
      await app.close();
    },
  };
}

export type TestSqs = Awaited<ReturnType<typeof startSqs>>;
