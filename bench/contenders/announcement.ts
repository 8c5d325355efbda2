import type { Announcement } from '../../shared/channels/channel.ts';
import { announce, place } from '../../shared/domain/placement.ts';
import { PAGE_ID, TOUCHED } from '../engines/synthetic-subscribers.ts';

/** The update as its publisher writes it. Everything but the ids is the same in every run. */
export function updateBody(id: string) {
  return {
    id,
    incident: {
      id: `incident-${id}`,
      name: 'Delays in sending push notifications',
      impact: 'major',
      url: 'https://status.example.com/incidents/1',
      startedAt: '2026-01-01T09:00:00Z',
      backfilled: false,
    },
    status: 'investigating',
    body: 'Push notifications leave with delays of up to twenty minutes since 09:00 UTC. Nothing is lost. We are looking into it and will tell you more within the hour.',
    publishedAt: '2026-01-01T09:12:00Z',
    components: [{ id: TOUCHED, name: 'Push API', oldStatus: 'operational', newStatus: 'major_outage' }],
    notify: true,
  } as const;
}

export const PAGE = {
  id: PAGE_ID,
  name: 'Batch',
  url: 'https://status.example.com/',
  components: [
    { id: TOUCHED, name: 'Push API' },
    { id: 'dashboard', name: 'Dashboard' },
  ],
};

/** The update as the product would have stored it: what a letter is made of. */
export const announcement: Announcement = (() => {
  const update = { ...updateBody('letter'), page: PAGE_ID, acceptedAt: 1_767_258_720_000 };
  const chunks = { email: 1, sms: 1, slack: 1, webhook: 1 };
  const incident = place(announce(undefined, update), update, { chunks, milestones: [] });
  return { page: PAGE, incident, update: { ...update, sequence: 1 } };
})();
