import type { Incident } from '../domain/incident.ts';
import type { Instant } from '../domain/time.ts';
import type { DocumentClient } from './document-client.ts';
import { incidentKey } from './keys.ts';
import { readVersioned } from './versioned-items.ts';

/** An incident as stored, with the marks that the indexes list it by. */
export interface IncidentItem {
  readonly incident: Incident;
  readonly remind?: string;
  readonly remindAt?: Instant;
  readonly listed?: string;
  readonly listedAt?: Instant;
}

/** Reads incidents, for those who never change one. */
export function incidentReader(client: DocumentClient, table: string) {
  return {
    async get(page: string, id: string): Promise<Incident | undefined> {
      return (await readVersioned<IncidentItem>(client, table, incidentKey(page, id)))?.incident;
    },
  };
}
