import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import type { Secrets } from './secrets.ts';
import type { Tables } from './tables.ts';

export interface SubscriptionsProps {
  readonly surroundings: FunctionSurroundings;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly publicUrl: string;
}

/** The public pages behind the links in messages: unsubscribe and manage. A link's token names one subscriber. */
export class Subscriptions extends Construct {
  readonly function: FanoutFunction;

  constructor(
    scope: Construct,
    id: string,
    { surroundings, tables, secrets, publicUrl }: SubscriptionsProps,
  ) {
    super(scope, id);
    this.function = new FanoutFunction(this, 'Subscriptions', {
      ...surroundings,
      name: 'subscriptions',
      timeoutSeconds: 10,
      memoryMb: 512,
      reason:
        'one read and one write per request, mostly after a cold start, so memory for a third of a vCPU',
      errorImpact:
        'Subscribers cannot unsubscribe or manage what they get, and mail providers see a failing one-click link. Look at the log.',
    });
    tables.open(this.function, 'subscribers', ['GetItem', 'UpdateItem']);
    secrets.open(this.function, 'linkKey');
    this.function.tell({ [ENV.publicUrl]: publicUrl });
  }
}
