import type { Subscriber } from '../domain/subscriber.ts';
import { LASTING_CAUSES } from './lasting-causes.ts';

/** Whether the operator may end this quarantine. Whoever complained, or sent STOP, has to come back by themselves. */
export function mayReactivate({ state, quarantine }: Pick<Subscriber, 'state' | 'quarantine'>): boolean {
  return state === 'quarantined' && !LASTING_CAUSES.includes(quarantine?.cause ?? '');
}
