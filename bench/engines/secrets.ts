/** One text that answers for every secret: each function takes the members that it knows. Nothing here is secret. */
export const OPERATOR_KEY = 'benchmark-'.repeat(4);

export const SECRET_TEXT = JSON.stringify({
  key: OPERATOR_KEY,
  token: OPERATOR_KEY,
  accountSid: `AC${'0'.repeat(32)}`,
  apiKeySid: `SK${'0'.repeat(32)}`,
  apiKeySecret: OPERATOR_KEY,
  authToken: OPERATOR_KEY,
  messagingServiceSid: `MG${'0'.repeat(32)}`,
  clientId: 'bench',
  clientSecret: OPERATOR_KEY,
  signingSecret: OPERATOR_KEY,
  tokens: { T0BENCH: 'xoxb-bench' },
});
