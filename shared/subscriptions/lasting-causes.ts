import { STOPPED } from '../domain/subscriber.ts';

/** Causes of a quarantine that only the owner's provider can lift: a complaint about us, a STOP at the carrier. */
export const LASTING_CAUSES: readonly string[] = ['email.complaint', STOPPED];
