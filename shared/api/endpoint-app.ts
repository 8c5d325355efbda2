import type { Context, Hono } from 'hono';
import * as z from 'zod/mini';
import { isoTime } from '../channels/text/utc.ts';
import { ID_PATTERN } from '../domain/id.ts';
import type { Subscriber } from '../domain/subscriber.ts';
import { ATTEMPTS_SHOWN, type AttemptStore, type StoredAttempt } from '../store/attempts.ts';
import type { EndpointChange, EndpointSettingsStore } from '../store/endpoint-settings.ts';
import {
  type Acted,
  askForMissed,
  askForTest,
  askForUpdate,
  changed,
  type EndpointActDependencies,
  keyPairSwitch,
  rotation,
} from '../subscriptions/endpoint-acts.ts';
import { newApp } from './new-app.ts';
import { ProblemError, tooOften } from './problem.ts';
import { readBody } from './read-body.ts';
import { requireSubscriber } from './subscriber-item-app.ts';
import { requirePage, type SubscribersDependencies } from './subscribers-app.ts';

export interface EndpointDependencies extends SubscribersDependencies {
  readonly endpoints: EndpointActDependencies & {
    readonly settings: Pick<EndpointSettingsStore, 'change'>;
    readonly attempts: Pick<AttemptStore, 'list' | 'forget'>;
    readonly publicKey: (endpoint: Subscriber) => string;
  };
}

const time = z.iso.datetime({ offset: true });
export const recoverSchema = z.strictObject({ since: time, until: z.optional(time) });
export const resendUpdateSchema = z.strictObject({
  update: z.string().check(z.regex(ID_PATTERN, { error: 'Expected the id of an update' })),
});
export const keyPairSchema = z.strictObject({ on: z.boolean() });

/** What was answered is the owner's to read, on the manage page, and nobody else's (decision 53). */
export function showAttempt(call: StoredAttempt) {
  const { at, update, attempt, asked = false, told, status = null, cause = null, durationMs } = call;
  return { at: isoTime(at), update, attempt, asked, told, status, cause, duration_ms: durationMs };
}

/** What an operator may do for the owner of an endpoint. To use one again that was given up: `POST .../subscribers/reactivate`. */
export function endpointApp(deps: EndpointDependencies): Hono {
  const app = newApp(deps.log);
  const { endpoints } = deps;
  const path = '/v1/pages/:page/subscribers/:subscriber';

  app.get(`${path}/attempts`, async (context) => {
    const { page, h } = await requireEndpoint(context);
    const attempts = await endpoints.attempts.list(page, h, ATTEMPTS_SHOWN);
    return context.json(attempts.map(showAttempt));
  });

  app.post(`${path}/test`, async (context) => {
    const endpoint = await requireEndpoint(context);
    return context.json({ asked: askedFor(await askForTest(endpoints, endpoint)) }, 202);
  });

  app.post(`${path}/resend`, async (context) => {
    const endpoint = requireActive(await requireEndpoint(context));
    const { update } = await readBody(context.req.raw, resendUpdateSchema);
    return context.json({ asked: askedFor(await askForUpdate(endpoints, endpoint, update)) }, 202);
  });

  app.post(`${path}/recover`, async (context) => {
    const endpoint = requireActive(await requireEndpoint(context));
    const { since, until } = await readBody(context.req.raw, recoverSchema);
    const acted = await askForMissed(endpoints, endpoint, {
      since: Date.parse(since),
      ...(until !== undefined && { until: Date.parse(until) }),
    });
    const rest = acted.kind === 'done' ? acted.rest : undefined;
    return context.json({ asked: askedFor(acted), rest_since: rest ? isoTime(rest.since) : null }, 202);
  });

  app.post(`${path}/rotate_secret`, async (context) => {
    const endpoint = requireActive(await requireEndpoint(context));
    const now = endpoints.clock.now();
    const change = rotation(endpoint, now);
    if (change === undefined) {
      const until = isoTime(endpoint.retiringSecret?.until ?? now);
      throw refused(`Expected an endpoint with one secret, got one whose old secret signs until ${until}`);
    }
    const { retiringSecret, ...row } = await apply(endpoint, change);
    const old_secret_until = isoTime(retiringSecret?.until ?? now);
    return context.json({ secret: deps.signingSecret(row), old_secret_until });
  });

  app.post(`${path}/key_pair`, async (context) => {
    const endpoint = requireActive(await requireEndpoint(context));
    const { on } = await readBody(context.req.raw, keyPairSchema);
    await apply(endpoint, keyPairSwitch(on));
    return context.json({ on, public_key: endpoints.publicKey(endpoint) });
  });

  return app;

  async function requireEndpoint(context: Context): Promise<Subscriber> {
    const { page } = await requirePage(deps, context.req.param());
    const found = await requireSubscriber(deps, page.id, context.req.param('subscriber') ?? '');
    if (found.channel === 'webhook') return found;
    throw refused(`Expected a webhook, got a subscriber by ${found.channel}`);
  }

  function askedFor(acted: Acted): number {
    if (acted.kind === 'done') return acted.count;
    throw tooOften('fewer of these within an hour', acted.until, endpoints.clock.now());
  }

  async function apply(endpoint: Subscriber, change: EndpointChange): Promise<Subscriber> {
    if (await endpoints.settings.change(endpoint, change)) return changed(endpoint, change);
    throw refused('Expected the endpoint as it was a moment ago, got a change by somebody else: try again');
  }
}

function requireActive(endpoint: Subscriber): Subscriber {
  if (endpoint.state === 'active') return endpoint;
  throw refused(`Expected an endpoint that is called, got one that is ${endpoint.state}`);
}

function refused(detail: string): ProblemError {
  return new ProblemError({ status: 422, code: 'wrong-state', detail });
}
