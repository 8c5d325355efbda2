/**
 * The secrets, said once. `generated` ones are made by the stack as a JSON object with one random member;
 * the others are created with empty members for the operator to fill in. Each function can read only its own.
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
  },
  /** Bot tokens by workspace (team id): `{"tokens": {"T0123": "xoxb-..."}}`. */
  slack: { logicalId: 'SlackSecret', members: ['tokens'], generated: false },
} as const;

export type SecretName = keyof typeof SECRETS;
