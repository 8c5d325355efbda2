/** Every function: its folder under `lambdas/`, and its logical id in the stack. */
export const FUNCTIONS = {
  ingest: 'IngestFunction',
  operate: 'OperateFunction',
  sweep: 'SweepFunction',
  subscriptions: 'SubscriptionsFunction',
  'slack-app': 'SlackAppFunction',
  confirm: 'ConfirmFunction',
  feedback: 'FeedbackFunction',
  'email-feedback': 'EmailFeedbackFunction',
  feeds: 'FeedsFunction',
  'deliver-email': 'DeliverEmailFunction',
  'deliver-sms': 'DeliverSmsFunction',
  'deliver-slack': 'DeliverSlackFunction',
  'deliver-webhook': 'DeliverWebhookFunction',
} as const;

export type FunctionName = keyof typeof FUNCTIONS;

/** Pages, feeds and calendars. Chats and link checkers ask by HEAD before they follow a link. */
const TO_READ = (
  [
    { path: '/u/{token}', function: 'subscriptions' },
    { path: '/m/{token}', function: 'subscriptions' },
    { path: '/manage/{token}', function: 'subscriptions' },
    { path: '/confirm/{token}', function: 'subscriptions' },
    { path: '/confirm/sms/{reference}', function: 'subscriptions' },
    { path: '/p/{page}/subscribe', function: 'subscriptions' },
    { path: '/p/{page}/incidents/{incident}/subscribe', function: 'subscriptions' },
    { path: '/i/{code}', function: 'feeds' },
    { path: '/p/{page}/feed.atom', function: 'feeds' },
    { path: '/p/{page}/feed.json', function: 'feeds' },
    { path: '/p/{page}/maintenance.ics', function: 'feeds' },
    { path: '/p/{page}/components/{component}/feed.atom', function: 'feeds' },
    { path: '/p/{page}/components/{component}/feed.json', function: 'feeds' },
    { path: '/p/{page}/components/{component}/maintenance.ics', function: 'feeds' },
    { path: '/p/{page}/incidents/{incident}/maintenance.ics', function: 'feeds' },
  ] as const
).flatMap((route) => [{ method: 'GET', ...route } as const, { method: 'HEAD', ...route } as const]);

/** Every HTTP route and the function behind it. The stack deploys exactly these; a test holds the code to them. */
export const ROUTES = [
  { method: 'POST', path: '/v1/pages/{page}/updates', function: 'ingest' },
  { method: 'POST', path: '/v1/pages/{page}/sources/statuspage/{token}', function: 'ingest' },
  { method: 'PUT', path: '/v1/pages/{page}', function: 'operate' },
  { method: 'POST', path: '/v1/pages/{page}/subscribers', function: 'operate' },
  { method: 'GET', path: '/v1/pages/{page}/subscribers', function: 'operate' },
  { method: 'GET', path: '/v1/pages/{page}/subscribers/count', function: 'operate' },
  { method: 'GET', path: '/v1/pages/{page}/subscribers/histogram_by_state', function: 'operate' },
  { method: 'GET', path: '/v1/pages/{page}/subscribers/unsubscribed', function: 'operate' },
  { method: 'POST', path: '/v1/pages/{page}/subscribers/resend_confirmation', function: 'operate' },
  { method: 'POST', path: '/v1/pages/{page}/subscribers/unsubscribe', function: 'operate' },
  { method: 'POST', path: '/v1/pages/{page}/subscribers/reactivate', function: 'operate' },
  { method: 'GET', path: '/v1/pages/{page}/subscribers/{subscriber}', function: 'operate' },
  { method: 'PATCH', path: '/v1/pages/{page}/subscribers/{subscriber}', function: 'operate' },
  { method: 'DELETE', path: '/v1/pages/{page}/subscribers/{subscriber}', function: 'operate' },
  {
    method: 'POST',
    path: '/v1/pages/{page}/subscribers/{subscriber}/resend_confirmation',
    function: 'operate',
  },
  { method: 'GET', path: '/v1/pages/{page}/subscribers/{subscriber}/attempts', function: 'operate' },
  { method: 'POST', path: '/v1/pages/{page}/subscribers/{subscriber}/test', function: 'operate' },
  { method: 'POST', path: '/v1/pages/{page}/subscribers/{subscriber}/resend', function: 'operate' },
  { method: 'POST', path: '/v1/pages/{page}/subscribers/{subscriber}/recover', function: 'operate' },
  { method: 'POST', path: '/v1/pages/{page}/subscribers/{subscriber}/rotate_secret', function: 'operate' },
  { method: 'POST', path: '/v1/pages/{page}/subscribers/{subscriber}/key_pair', function: 'operate' },
  { method: 'GET', path: '/v1/pages/{page}/incidents/{incident}/subscribers', function: 'operate' },
  { method: 'POST', path: '/v1/pages/{page}/incidents/{incident}/subscribers', function: 'operate' },
  {
    method: 'GET',
    path: '/v1/pages/{page}/incidents/{incident}/subscribers/{subscriber}',
    function: 'operate',
  },
  {
    method: 'DELETE',
    path: '/v1/pages/{page}/incidents/{incident}/subscribers/{subscriber}',
    function: 'operate',
  },
  {
    method: 'POST',
    path: '/v1/pages/{page}/incidents/{incident}/subscribers/{subscriber}/resend_confirmation',
    function: 'operate',
  },
  { method: 'POST', path: '/v1/pages/{page}/person', function: 'operate' },
  { method: 'POST', path: '/v1/pages/{page}/erase', function: 'operate' },
  { method: 'GET', path: '/v1/pages/{page}/updates/{update}/receipt', function: 'operate' },
  { method: 'GET', path: '/v1/pages/{page}/incidents/{incident}', function: 'operate' },
  { method: 'GET', path: '/openapi.json', function: 'operate' },
  { method: 'POST', path: '/u/{token}', function: 'subscriptions' },
  { method: 'POST', path: '/m/{token}', function: 'subscriptions' },
  { method: 'POST', path: '/manage/{token}', function: 'subscriptions' },
  { method: 'POST', path: '/confirm/{token}', function: 'subscriptions' },
  { method: 'POST', path: '/confirm/sms/{reference}', function: 'subscriptions' },
  { method: 'POST', path: '/p/{page}/subscribe', function: 'subscriptions' },
  { method: 'POST', path: '/p/{page}/incidents/{incident}/subscribe', function: 'subscriptions' },
  ...TO_READ,
  { method: 'GET', path: '/slack/install', function: 'slack-app' },
  { method: 'GET', path: '/slack/oauth', function: 'slack-app' },
  { method: 'POST', path: '/slack/commands', function: 'slack-app' },
  { method: 'POST', path: '/slack/interactions', function: 'slack-app' },
  { method: 'POST', path: '/slack/events', function: 'slack-app' },
  { method: 'POST', path: '/v1/feedback/twilio/status', function: 'feedback' },
  { method: 'POST', path: '/v1/feedback/twilio/message', function: 'feedback' },
] as const satisfies readonly { method: string; path: string; function: FunctionName }[];

/** EventBridge: events with this detail type carry an update in `detail`. */
export const UPDATE_DETAIL_TYPE = 'Incident Update';
