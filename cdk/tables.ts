import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { TABLE_ENV } from '../shared/deployment/env.ts';
import {
  type IndexShape,
  PARTITION_KEY,
  SORT_KEY,
  TABLES,
  type TableName,
  type TableShape,
} from '../shared/deployment/tables.ts';
import type { FanoutFunction } from './function.ts';
import { pin } from './pin.ts';

/** What the store calls. No transactions, no batch writes, no scans: the design needs none. */
export type TableAction = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'BatchGetItem' | 'Query';

/** The longest that DynamoDB offers. */
const RECOVERY_DAYS = 35;

/**
 * The three tables. On demand, because an incident is a burst after weeks of silence. They outlive the stack, can
 * be restored to any second of 35 days, and cannot be deleted before somebody switches the protection off.
 */
export class Tables extends Construct {
  private readonly tables: Readonly<Record<TableName, Table>>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.tables = {
      subscribers: this.create(TABLES.subscribers),
      incidents: this.create(TABLES.incidents),
      deliveries: this.create(TABLES.deliveries),
    };
  }

  /** Lets the function call these actions on a table, and `Query` on the indexes named; tells it the table's name. */
  open(
    fn: FanoutFunction,
    name: TableName,
    actions: readonly TableAction[],
    ...indexes: readonly IndexShape[]
  ): void {
    const table = this.tables[name];
    fn.tell({ [TABLE_ENV[name]]: table.tableName });
    fn.allow(
      actions.map((action) => `dynamodb:${action}`),
      [table.tableArn],
    );
    if (indexes.length === 0) return;
    fn.allow(
      ['dynamodb:Query'],
      indexes.map(({ name }) => `${table.tableArn}/index/${name}`),
    );
  }

  private create({ logicalId, indexes, timeToLive }: TableShape): Table {
    const table = new Table(this, logicalId, {
      partitionKey: { name: PARTITION_KEY, type: AttributeType.STRING },
      sortKey: { name: SORT_KEY, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: RECOVERY_DAYS,
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(timeToLive && { timeToLiveAttribute: timeToLive }),
    });
    for (const { name, partitionKey, sortKey } of indexes) {
      table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: partitionKey, type: AttributeType.STRING },
        sortKey: {
          name: sortKey.name,
          type: sortKey.type === 'N' ? AttributeType.NUMBER : AttributeType.STRING,
        },
        // What an index lists is a hint, the base item decides: keys are all that it needs.
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    return pin(table, logicalId);
  }
}
