import { sequenceOf } from '../domain/incident.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Page } from '../domain/page.ts';
import { asEndpoint, isManageable, type Subscriber } from '../domain/subscriber.ts';
import type { IncidentStore } from '../store/incidents.ts';
import type { UpdateStore } from '../store/updates.ts';
import type { Messengers, RequestAnswer } from './messengers.ts';

export interface EndpointRequestDependencies {
  readonly incidents: Pick<IncidentStore, 'get'>;
  readonly updates: Pick<UpdateStore, 'getMany'>;
  readonly messengers: Pick<Messengers, 'ping' | 'tell'>;
}

/** A call that tells of nothing. */
export async function testEndpoint(
  deps: Pick<EndpointRequestDependencies, 'messengers'>,
  page: Page,
  subscriber: Subscriber,
): Promise<RequestAnswer> {
  const endpoint = asEndpoint(subscriber);
  if (endpoint === undefined || !isManageable(endpoint)) return { kind: 'nothing', cause: subscriber.state };
  return onceOnly(await deps.messengers.ping(endpoint, page));
}

/** One update again, under its old id. An act outside the receipt: the ledger's past stays as it is. */
export async function resendUpdate(
  deps: EndpointRequestDependencies,
  page: Page,
  subscriber: Subscriber,
  id: string | undefined,
): Promise<RequestAnswer> {
  if (subscriber.channel !== 'webhook' || subscriber.state !== 'active' || id === undefined) {
    return { kind: 'nothing', cause: subscriber.state };
  }
  const update = (await deps.updates.getMany(page.id, [id])).get(id)?.update;
  const incident = update && (await deps.incidents.get(page.id, update.incident.id));
  const sequence = incident && sequenceOf(incident, id);
  if (update === undefined || incident === undefined || sequence === undefined) {
    return { kind: 'nothing', cause: 'unknownUpdate' };
  }
  const announcement = { page, incident, update: { ...update, sequence } };
  return onceOnly(await deps.messengers.tell(announcement, subscriber));
}

/** What its owner asked for by hand is tried once: they see what came of it, and can ask again. */
function onceOnly(outcome: Outcome): RequestAnswer {
  return outcome.kind === 'sent' ? { kind: 'sent' } : { kind: 'failed', cause: outcome.cause };
}
