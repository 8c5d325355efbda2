// Answers with the event that it got, or as the query says.
const ANSWERS = {
  bare: () => ({ hello: 'world' }),
  full: () => ({
    statusCode: 201,
    headers: { 'Content-Type': 'text/html', 'X-Number': 7 },
    cookies: ['a=1; Path=/', 'b=2'],
    body: '<p>',
  }),
  binary: () => ({
    statusCode: 200,
    headers: { 'content-type': 'image/png' },
    body: Buffer.from([0, 255, 128]).toString('base64'),
    isBase64Encoded: true,
  }),
  plain: () => ({ statusCode: 204 }),
  wrong: () => ({ statusCode: 'many' }),
  throw: () => {
    throw new Error('a secret detail');
  },
  hang: () => new Promise((resolve) => setTimeout(resolve, 5_000)),
};

export async function handler(event) {
  const answer = ANSWERS[event.queryStringParameters?.answer];
  return answer === undefined ? { statusCode: 200, body: JSON.stringify(event) } : answer();
}
