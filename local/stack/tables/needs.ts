import type { Need } from '../access/statement.ts';
import { arnOf } from '../template/names.ts';

/** The part of DynamoDB's requests that says what they are about. */
interface Input {
  readonly TableName?: string;
  readonly IndexName?: string;
  /** BatchGetItem, BatchWriteItem: by table. */
  readonly RequestItems?: Readonly<Record<string, unknown>>;
}

/**
 * What a call of DynamoDB needs: its operation on the table, on the index when one is named, on every table of a
 * batch. Transactions, which IAM authorises by the operations in them, need an operation that nobody grants.
 *
 * Source: service authorization reference, `list_amazondynamodb`.
 */
export function tableNeeds(operation: string, input: Input): readonly Need[] {
  const action = `dynamodb:${operation}`;
  if (input.RequestItems !== undefined) {
    return Object.keys(input.RequestItems).map((table) => ({ action, resources: [tableArn(table)] }));
  }
  if (input.TableName === undefined) return [{ action, resources: ['*'] }];
  const table = tableArn(input.TableName);
  return [
    { action, resources: [input.IndexName === undefined ? table : `${table}/index/${input.IndexName}`] },
  ];
}

/** DynamoDB takes a table's ARN in the place of its name. */
function tableArn(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn : arnOf('AWS::DynamoDB::Table', nameOrArn);
}
