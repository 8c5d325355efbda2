import type { Hono } from 'hono';
import type { Address, Subscriber } from '../domain/subscriber.ts';
import { ATTEMPTS_SHOWN } from '../store/attempts.ts';
import { eraseAddress } from '../subscriptions/erase-address.ts';
import { rowsOfPerson } from '../subscriptions/export-person.ts';
import type { EndpointDependencies } from './endpoint-app.ts';
import { newApp } from './new-app.ts';
import { parseValue } from './read-body.ts';
import type { SubscriberBody } from './schemas.ts';
import { showEndpoint, showRow } from './show-person.ts';
import { personSchema, readJsonOrForm } from './subscriber-bodies.ts';
import { invalidField, requirePage } from './subscribers-app.ts';

const SLACK = /^([TE][A-Z0-9]{2,20})\/([CGD][A-Z0-9_]{2,30})$/;

/** What a person may ask of whoever holds their address: show me all of it, and forget it. */
export function personApp(deps: EndpointDependencies): Hono {
  const app = newApp(deps.log);
  const stores = {
    subscribers: deps.adding.subscribers,
    rows: deps.rows,
    attempts: deps.endpoints.attempts,
    hash: deps.adding.hash,
    clock: deps.adding.clock,
  };

  app.post('/v1/pages/:page/person', async (context) => {
    const { page } = await requirePage(deps, context.req.param());
    const { address, everywhere = false } = parseValue(await readJsonOrForm(context.req.raw), personSchema);
    const { rows, owned } = await rowsOfPerson(stores, page.id, readAddress(address), { everywhere });
    return context.json({
      subscriptions: await Promise.all(rows.map(show)),
      webhooks_owned: await Promise.all(owned.map(show)),
    });
  });

  app.post('/v1/pages/:page/erase', async (context) => {
    const { page } = await requirePage(deps, context.req.param());
    const { address, everywhere = false } = parseValue(await readJsonOrForm(context.req.raw), personSchema);
    const { erased, forgotten, pages } = await eraseAddress(stores, page.id, readAddress(address), {
      everywhere,
    });
    return context.json({ erased, webhook_owners_forgotten: forgotten, pages });
  });

  return app;

  async function show(row: Subscriber) {
    if (row.channel !== 'webhook') return showRow(row);
    return showEndpoint(row, await stores.attempts.list(row.page, row.h, ATTEMPTS_SHOWN));
  }

  /** An address of any channel, as a person writes it. Slack: `workspace/channel`, both as ids. */
  function readAddress(text: string): Address {
    const normalised = deps.normalise(bodyFor(text.trim()));
    if ('fault' in normalised) throw invalidField('address', normalised.fault);
    return normalised.address;
  }
}

function bodyFor(text: string): SubscriberBody {
  const [, team, conversation] = SLACK.exec(text) ?? [];
  if (team !== undefined && conversation !== undefined) return { channel: 'slack', team, conversation };
  if (/^https?:/i.test(text)) return { channel: 'webhook', url: text };
  return text.includes('@') ? { channel: 'email', email: text } : { channel: 'sms', phone: text };
}
