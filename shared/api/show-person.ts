import { isoTime } from '../channels/text/utc.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import type { StoredAttempt } from '../store/attempts.ts';
import { showAttempt } from './endpoint-app.ts';
import { showSubscriber } from './statuspage-subscriber.ts';

/** A row with everything that it holds, for the person whose address it is. Of links only until when they open anything. */
export function showRow(row: Subscriber) {
  const { page, proofs = {}, strikes, retiringSecret, outage } = row;
  return {
    page,
    ...showSubscriber(row),
    ...instants({
      pending_until: row.pendingUntil,
      secret_shown_at: row.secretShownAt,
      old_secret_until: retiringSecret?.until,
      told_way_out_at: row.toldWayOutAt,
      told_current_at: row.toldCurrentAt,
      slow_since: row.slowSince,
      not_used_from: outage?.from,
      not_used_until: outage?.until,
    }),
    ...(strikes && {
      failures: { count: strikes.failures, cause: strikes.cause, last_at: isoTime(strikes.lastAt) },
    }),
    links_until: instants(
      Object.fromEntries(Object.entries(proofs).map(([purpose, { expiresAt }]) => [purpose, expiresAt])),
    ),
  };
}

/** An endpoint's row with the log of its calls. */
export function showEndpoint(row: Subscriber, calls: readonly StoredAttempt[]) {
  return { ...showRow(row), calls: calls.map(showAttempt) };
}

function instants(at: Readonly<Record<string, number | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(at).flatMap(([name, time]) => (time === undefined ? [] : [[name, isoTime(time)]])),
  );
}
