import type { Incident } from '../../../domain/incident.ts';
import type { Page } from '../../../domain/page.ts';
import type { Instant } from '../../../domain/time.ts';
import type { PlacedUpdate } from '../../../domain/update.ts';
import type { Announcement } from '../../channel.ts';
import { isoTime } from '../../text/utc.ts';

/** A made-up incident that is over and touches nothing: a test in formats that have no other way to say "it works". */
export function testAnnouncement(page: Page, id: string, at: Instant): Announcement {
  const facts = { id: `test-${id}`, name: 'Test of your webhook', impact: 'none' } as const;
  const update: PlacedUpdate = {
    page: page.id,
    id,
    incident: facts,
    status: 'resolved',
    body: 'Somebody asked for this test. Nothing has happened, and it works.',
    publishedAt: isoTime(at),
    components: [],
    notify: false,
    acceptedAt: at,
    sequence: 1,
  };
  const incident: Incident = {
    page: page.id,
    id: facts.id,
    title: facts.name,
    facts,
    status: update.status,
    components: [],
    touched: [],
    history: [id],
    arriving: [],
    open: [],
    chunks: { email: 0, sms: 0, slack: 0, webhook: 0 },
  };
  return { page, incident, update };
}
