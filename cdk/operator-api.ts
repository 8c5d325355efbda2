import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import { BY_ADDRESS, BY_OWNER, BY_PAGE } from '../shared/deployment/tables.ts';
import { type Channels, PUBLIC_TARGETS_ONLY } from './channels.ts';
import type { Confirmations } from './confirmations.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import type { Secrets } from './secrets.ts';
import type { Tables } from './tables.ts';

export interface OperatorApiProps {
  readonly surroundings: FunctionSurroundings;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly channels: Channels;
  readonly confirmations: Confirmations;
  readonly publicUrl: string;
}

/** The operator's questions and orders: pages, subscribers, receipts. */
export class OperatorApi extends Construct {
  readonly function: FanoutFunction;

  constructor(
    scope: Construct,
    id: string,
    { surroundings, tables, secrets, channels, confirmations, publicUrl }: OperatorApiProps,
  ) {
    super(scope, id);
    this.function = new FanoutFunction(this, 'Operate', {
      ...surroundings,
      name: 'operate',
      timeoutSeconds: 29,
      memoryMb: 512,
      reason:
        'a search or a count reads every subscriber of a page, a receipt some 2,000 small items; API Gateway gives up after 30 s',
      errorImpact:
        'The operator cannot change pages, add subscribers or read receipts. Deliveries go on. Look at the log.',
    });
    tables.open(
      this.function,
      'subscribers',
      ['GetItem', 'PutItem', 'UpdateItem', 'Query'],
      BY_ADDRESS,
      BY_OWNER,
    );
    tables.open(
      this.function,
      'incidents',
      ['GetItem', 'PutItem', 'UpdateItem', 'BatchGetItem', 'Query'],
      BY_PAGE,
    );
    tables.open(this.function, 'deliveries', ['GetItem', 'Query', 'UpdateItem', 'DeleteItem']);
    channels.tellRates(this.function);
    secrets.open(this.function, 'operator', 'addressKey', 'webhookKey');
    confirmations.openAsking(this.function);
    channels.tellSwitches(this.function);
    this.function.tell({ [ENV.publicUrl]: publicUrl, ...PUBLIC_TARGETS_ONLY });
  }
}
