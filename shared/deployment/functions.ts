/** Every function: its folder under `lambdas/`, and its logical id in the stack. */
export const FUNCTIONS = {
  ingest: 'IngestFunction',
  operate: 'OperateFunction',
  sweep: 'SweepFunction',
  subscriptions: 'SubscriptionsFunction',
  feedback: 'FeedbackFunction',
  'deliver-email': 'DeliverEmailFunction',
  'deliver-sms': 'DeliverSmsFunction',
  'deliver-slack': 'DeliverSlackFunction',
  'deliver-webhook': 'DeliverWebhookFunction',
} as const;

export type FunctionName = keyof typeof FUNCTIONS;

/** Every HTTP route and the function behind it. The stack deploys exactly these; a test holds the code to them. */
export const ROUTES = [
  { method: 'POST', path: '/v1/pages/{page}/updates', function: 'ingest' },
  { method: 'POST', path: '/v1/pages/{page}/sources/statuspage/{token}', function: 'ingest' },
  { method: 'PUT', path: '/v1/pages/{page}', function: 'operate' },
  { method: 'POST', path: '/v1/pages/{page}/subscribers', function: 'operate' },
  { method: 'GET', path: '/v1/pages/{page}/updates/{update}/receipt', function: 'operate' },
  { method: 'GET', path: '/v1/pages/{page}/incidents/{incident}', function: 'operate' },
  { method: 'GET', path: '/openapi.json', function: 'operate' },
  { method: 'GET', path: '/u/{token}', function: 'subscriptions' },
  { method: 'POST', path: '/u/{token}', function: 'subscriptions' },
  { method: 'GET', path: '/m/{token}', function: 'subscriptions' },
  { method: 'POST', path: '/v1/feedback/twilio/status', function: 'feedback' },
] as const satisfies readonly { method: string; path: string; function: FunctionName }[];

/** EventBridge: events with this detail type carry an update in `detail`. */
export const UPDATE_DETAIL_TYPE = 'Incident Update';
