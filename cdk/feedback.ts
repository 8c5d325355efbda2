import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import type { Secrets } from './secrets.ts';

export interface FeedbackProps {
  readonly surroundings: FunctionSurroundings;
  readonly secrets: Secrets;
  readonly publicUrl: string;
}

/** What providers report afterwards. Twilio signs the address that it calls, so the function must know its own. */
export class Feedback extends Construct {
  readonly function: FanoutFunction;

  constructor(scope: Construct, id: string, { surroundings, secrets, publicUrl }: FeedbackProps) {
    super(scope, id);
    this.function = new FanoutFunction(this, 'Feedback', {
      ...surroundings,
      name: 'feedback',
      timeoutSeconds: 10,
      memoryMb: 512,
      reason: 'checks one signature per request, mostly after a cold start; Twilio waits 15 s for an answer',
      errorImpact:
        'Reports of providers are lost: numbers that cannot be reached are tried again next time. Look at the log.',
    });
    secrets.open(this.function, 'twilio');
    this.function.tell({ [ENV.publicUrl]: publicUrl });
  }
}
