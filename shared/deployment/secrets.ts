/**
 * The secrets, said once. `generated` ones are made by the stack as a JSON object with one random member;
 * the others are created as `initial`, for the operator to fill in. Each function can read only its own.
 * `initial` never changes: CloudFormation would put a changed text in place of what was filled in.
 */
export const SECRETS = {
  operator: { logicalId: 'OperatorSecret', members: ['key'], generated: true },
  statuspage: { logicalId: 'StatuspageSecret', members: ['token'], generated: true },
  addressKey: { logicalId: 'AddressKeySecret', members: ['key'], generated: true },
  linkKey: { logicalId: 'LinkKeySecret', members: ['key'], generated: true },
  webhookKey: { logicalId: 'WebhookKeySecret', members: ['key'], generated: true },
  twilio: {
    logicalId: 'TwilioSecret',
    members: ['accountSid', 'apiKeySid', 'apiKeySecret', 'authToken', 'messagingServiceSid'],
    generated: false,
    initial: '{"accountSid":"","apiKeySid":"","apiKeySecret":"","authToken":"","messagingServiceSid":""}',
  },
  /** Bot tokens by workspace (team id): `{"tokens": {"T0123": "xoxb-..."}}`. */
  slack: { logicalId: 'SlackSecret', members: ['tokens'], generated: false, initial: '{"tokens":{}}' },
} as const;

export type SecretName = keyof typeof SECRETS;
