import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { TABLES } from '../../shared/deployment/tables.ts';
import type { Channel } from '../../shared/domain/channel.ts';
import { countKey, paceKey, pageKey } from '../../shared/store/keys.ts';
import { PAGE } from '../contenders/announcement.ts';
import type { Engines } from '../engines/start-engines.ts';
import { PAGE_ID } from '../engines/synthetic-subscribers.ts';

/**
 * The page, and how many subscribers it has: what the planner knows of them. What SES said of its rate holds for five minutes; a session
 * of another rate must not go by it.
 */
export async function seed({ documents }: Engines, channel: Channel, rows: number): Promise<void> {
  const TableName = TABLES.incidents.logicalId;
  await documents.send(new PutCommand({ TableName, Item: { ...pageKey(PAGE_ID), page: PAGE } }));
  await documents.send(new DeleteCommand({ TableName: TABLES.deliveries.logicalId, Key: paceKey(channel) }));
  await documents.send(
    new PutCommand({ TableName, Item: { ...countKey(PAGE_ID, channel), channel, count: rows } }),
  );
}
