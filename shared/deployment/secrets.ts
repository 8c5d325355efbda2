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
  /** Seals the bot tokens of Slack installations. */
  installationKey: { logicalId: 'InstallationKeySecret', members: ['key'], generated: true },
  /**
   * The Slack app's credentials, and bot tokens of workspaces that the operator has installed it in by hand, by team id:
   * `{"clientId": "...", "clientSecret": "...", "signingSecret": "...", "tokens": {"T0123": "xoxb-..."}}`.
   */
  slack: {
    logicalId: 'SlackSecret',
    members: ['clientId', 'clientSecret', 'signingSecret', 'tokens'],
    generated: false,
    initial: '{"tokens":{}}',
  },
} as const;

export type SecretName = keyof typeof SECRETS;
