import { BATCH_INCIDENT } from './batch-incident.ts';
import { BATCH_PAGE } from './batch-page.ts';
import { EMPTY_PAGE } from './empty-page.ts';
import type { Terminal } from './terminal.ts';

/** Where to look while the stack stays up, where to sign up, and commands to paste: the README's begin with the same two lines. */
export function operatorNotes(
  options: { readonly apiUrl: string; readonly operatorKey: string; readonly statuspageToken: string },
  style: Terminal['style'],
): readonly string[] {
  const { apiUrl, operatorKey, statuspageToken } = options;
  const updates = (page: string): string => `"$URL/v1/pages/${page}/updates`;
  const next = {
    id: 'my-update-1',
    incident: { id: 'my-incident', name: 'Slow website', impact: 'minor' },
    status: 'investigating',
    body: 'The website answers slowly. We are looking into it.',
    publishedAt: new Date().toISOString(),
    components: [{ id: 'website', name: 'Website', newStatus: 'degraded_performance' }],
  };
  const members = Object.entries(next).map(([member, value]) => `"${member}": ${JSON.stringify(value)}`);
  const name = (text: string): string => style('bold', text.padEnd(12));
  return [
    `  ${name('Inbox')} ${style('cyan', `${apiUrl}/_local/inbox`)}`,
    `  ${name('Slack')} ${style('cyan', `${apiUrl}/_local/slack`)}`,
    `  ${name('Sign up')} ${style('cyan', `${apiUrl}/p/${EMPTY_PAGE.id}/subscribe`)}`,
    `  ${name('Feed')} ${style('cyan', `${apiUrl}/p/${BATCH_PAGE.id}/feed.atom`)}`,
    `  ${name('Calendar')} ${style('cyan', `${apiUrl}/p/${EMPTY_PAGE.id}/maintenance.ics`)} (work in ten minutes, with a reminder)`,
    `  ${name('OpenAPI')} ${style('cyan', `${apiUrl}/openapi.json`)}`,
    `  ${name('Statuspage')} ${style('cyan', `${apiUrl}/v1/pages/${EMPTY_PAGE.id}/sources/statuspage/${statuspageToken}`)}`,
    '',
    '  To paste. The operator key is of this run only, and opens nothing but this machine.',
    '',
    `    URL=${apiUrl}`,
    `    KEY=${operatorKey}`,
    '',
    `  ${style('bold', 'A receipt')}`,
    '',
    `    curl ${updates(BATCH_PAGE.id)}/${BATCH_INCIDENT.at(-1)?.id}/receipt" -H "authorization: Bearer $KEY"`,
    '',
    `  ${style('bold', 'Next update')}`,
    '',
    `    curl ${updates(EMPTY_PAGE.id)}" -H "authorization: Bearer $KEY" -H 'content-type: application/json' -d '{`,
    members.map((member) => `      ${member}`).join(',\n'),
    "    }'",
  ];
}
