import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import { BY_PAGE } from '../shared/deployment/tables.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import type { Tables } from './tables.ts';

export interface FeedsProps {
  readonly surroundings: FunctionSurroundings;
  readonly tables: Tables;
  readonly publicUrl: string;
}

/** Feeds and calendars, for anybody: the function reads published incidents, writes nothing and knows no secret. */
export class Feeds extends Construct {
  readonly function: FanoutFunction;

  constructor(scope: Construct, id: string, { surroundings, tables, publicUrl }: FeedsProps) {
    super(scope, id);
    this.function = new FanoutFunction(this, 'Feeds', {
      ...surroundings,
      name: 'feeds',
      timeoutSeconds: 10,
      memoryMb: 512,
      reason:
        'reads some dozens of items and writes a document of 100 KB at most; readers poll, so it is mostly warm',
      errorImpact:
        'Feeds and calendars are not served, and the links in texts lead nowhere. Look at the log.',
    });
    tables.open(this.function, 'incidents', ['GetItem', 'BatchGetItem', 'Query'], BY_PAGE);
    this.function.tell({ [ENV.publicUrl]: publicUrl });
  }
}
