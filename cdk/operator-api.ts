import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import { type Channels, PUBLIC_TARGETS_ONLY } from './channels.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import type { Secrets } from './secrets.ts';
import type { Tables } from './tables.ts';

export interface OperatorApiProps {
  readonly surroundings: FunctionSurroundings;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly channels: Channels;
  readonly publicUrl: string;
}

/** The operator's questions and orders: pages, subscribers, receipts. */
export class OperatorApi extends Construct {
  readonly function: FanoutFunction;

  constructor(
    scope: Construct,
    id: string,
    { surroundings, tables, secrets, channels, publicUrl }: OperatorApiProps,
  ) {
    super(scope, id);
    this.function = new FanoutFunction(this, 'Operate', {
      ...surroundings,
      name: 'operate',
      timeoutSeconds: 15,
      memoryMb: 512,
      reason:
        'a receipt of a million subscribers is the sum of some 2,000 small items; API Gateway gives up after 30 s',
      errorImpact:
        'The operator cannot change pages, add subscribers or read receipts. Deliveries go on. Look at the log.',
    });
    tables.open(this.function, 'subscribers', ['GetItem', 'PutItem']);
    tables.open(this.function, 'incidents', ['GetItem', 'PutItem', 'UpdateItem', 'BatchGetItem', 'Query']);
    tables.open(this.function, 'deliveries', ['Query']);
    secrets.open(this.function, 'operator', 'addressKey', 'webhookKey');
    channels.tellSwitches(this.function);
    this.function.tell({ [ENV.publicUrl]: publicUrl, ...PUBLIC_TARGETS_ONLY });
  }
}
