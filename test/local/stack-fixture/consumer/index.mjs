// Does with each message what its body says: {"do": "succeed" | "fail" | "failUnknown" | "failNull" | "throw" |
// "hang" | "exit", "forMs"?}. Says what it was given on stdout.
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function handler(event, context) {
  const bodies = event.Records.map(({ body }) => JSON.parse(body));
  console.log(JSON.stringify({ started: event.Records, at: Date.now(), pid: process.pid }));
  await sleep(Math.max(0, ...bodies.map(({ forMs }) => forMs ?? 0)));
  const asked = (what) => event.Records.filter((_, index) => bodies[index].do === what);
  if (asked('throw').length > 0) throw new TypeError('asked to throw');
  if (asked('exit').length > 0) process.exit(3);
  if (asked('hang').length > 0) await sleep(60_000);
  console.log(JSON.stringify({ ended: context.awsRequestId, at: Date.now(), pid: process.pid }));
  return {
    batchItemFailures: [
      ...asked('fail').map(({ messageId }) => ({ itemIdentifier: messageId })),
      ...asked('failUnknown').map(() => ({ itemIdentifier: 'nobody' })),
      ...asked('failNull').map(() => ({ itemIdentifier: null })),
    ],
  };
}
