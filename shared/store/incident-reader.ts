import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Incident } from '../domain/incident.ts';
import type { Instant } from '../domain/time.ts';
import type { DocumentClient } from './document-client.ts';
import { incidentKey, type Key } from './keys.ts';

/** An incident as stored, with the marks that the indexes list it by. */
export type IncidentItem = {
  incident: Incident;
  version: number;
  writer: string;
  remind?: string;
  remindAt?: Instant;
  listed?: string;
  listedAt?: Instant;
} & Key;

/** Reads incidents, for those who never change one. */
export function incidentReader(client: DocumentClient, table: string) {
  return {
    async get(page: string, id: string): Promise<Incident | undefined> {
      return (await readItem(client, table, page, id))?.incident;
    },
  };
}

export async function readItem(
  client: DocumentClient,
  table: string,
  page: string,
  id: string,
): Promise<IncidentItem | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: table, Key: incidentKey(page, id), ConsistentRead: true }),
  );
  return Item as IncidentItem | undefined; // our own item
}
