import type { Page } from '../../../../domain/page.ts';
import type { Instant } from '../../../../domain/time.ts';
import { oncePer } from '../../../once.ts';
import { isoTime } from '../../../text/utc.ts';
import { type Announced, JSON_HEADERS, type WebhookFormat } from '../format.ts';
import { testAnnouncement } from '../test-announcement.ts';
import { statuspageAbout } from './about.ts';
import { incidentOf, pageOf } from './shape.ts';

/** Receivers are promised less than this (docs/webhooks.md); the rest is room for `meta`. */
const LONGEST = 62 * 1024;

/** Everything after `meta`: the same for all endpoints of an update. */
const commonOf = oncePer((announced: Announced) => {
  const whole = encode(announced, false);
  return Buffer.byteLength(whole) < LONGEST ? whole : encode(announced, true);
});

/**
 * What Atlassian Statuspage sends, so that whatever reads its webhooks reads ours. Beyond it: `meta.sequence`, and the headers of
 * Standard Webhooks. `meta.generated_at` is when the update was accepted, so a body is the same in every attempt.
 * (Source: support.atlassian.com, `enable-webhook-notifications`.)
 */
export const statuspage: WebhookFormat = {
  ...statuspageAbout,
  needsHistory: true,
  format(announced, { unsubscribe }) {
    const { page, update } = announced;
    const meta = { ...metaOf(page, unsubscribe, update.acceptedAt), sequence: update.sequence };
    return {
      headers: JSON_HEADERS,
      body: Buffer.from(`{"meta":${JSON.stringify(meta)},${commonOf(announced)}`),
    };
  },
  /** Statuspage has no ping: an incident that is over and touches nothing is what every reader of its webhooks understands. */
  ping(page, { unsubscribe, delivery }, at) {
    const { update, incident } = testAnnouncement(page, delivery, at);
    const announced = { page, update, incident, earlier: [] };
    const meta = { ...metaOf(page, unsubscribe, at), ping: true };
    return {
      headers: JSON_HEADERS,
      body: Buffer.from(`{"meta":${JSON.stringify(meta)},${encode(announced, false)}`),
    };
  },
};

function metaOf(page: Page, unsubscribe: string, at: Instant) {
  return { unsubscribe, documentation: `${page.url.replace(/\/$/, '')}/`, generated_at: isoTime(at) };
}

/** The members after `meta`, without the opening brace. */
function encode(announced: Announced, cut: boolean): string {
  const rest = { page: pageOf(announced), incident: incidentOf(announced, cut) };
  return JSON.stringify(rest).slice(1);
}
