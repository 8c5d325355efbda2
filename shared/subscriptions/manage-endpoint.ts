import { asEndpoint, type Subscriber } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import type { EndpointChange, EndpointSettingsStore } from '../store/endpoint-settings.ts';
import { type Acted, changed } from './endpoint-acts.ts';
import { type Changed, checkLink, type ManageDependencies, rotate } from './manage.ts';

export interface ManageEndpointDependencies extends Pick<ManageDependencies, 'subscribers' | 'clock'> {
  readonly endpointSettings: Pick<EndpointSettingsStore, 'change'>;
}

/**
 * Changes how an endpoint is called, by its owner's link: the link is used up and replaced. `notNow`: there is nothing to change, as where a
 * secret is being changed already.
 */
export async function changeEndpoint(
  deps: ManageEndpointDependencies,
  token: string,
  changeOf: (endpoint: Subscriber, now: Instant) => EndpointChange | undefined,
): Promise<Changed | { readonly kind: 'notNow' }> {
  const checked = await checkLink(deps, token);
  if (checked.kind !== 'open') return checked;
  const { target, subscriber, proof } = checked;
  if (asEndpoint(subscriber) === undefined) return { kind: 'invalid' };
  const change = changeOf(subscriber, deps.clock.now());
  if (change === undefined) return { kind: 'notNow' };
  const next = rotate(deps, target, proof);
  const done = await deps.endpointSettings.change(subscriber, change, { used: proof, next: next.proof });
  if (!done) return { kind: 'invalid' };
  return { kind: 'changed', subscriber: changed(subscriber, change), token: next.token };
}

/** Has something sent to an endpoint, by its owner's link, which stays good. */
export async function askByOwner(
  deps: Pick<ManageDependencies, 'subscribers' | 'clock'>,
  token: string,
  ask: (endpoint: Subscriber) => Promise<Acted>,
): Promise<Acted | { readonly kind: 'invalid' } | { readonly kind: 'expired' }> {
  const checked = await checkLink(deps, token);
  if (checked.kind !== 'open') return checked;
  if (asEndpoint(checked.subscriber) === undefined) return { kind: 'invalid' };
  return ask(checked.subscriber);
}
