import type { Hono } from 'hono';
import type { Log } from '../runtime/log.ts';
import { newApp } from './new-app.ts';
import { type TwilioFeedbackDependencies, twilioFeedbackApp } from './twilio-feedback-app.ts';

export interface FeedbackDependencies {
  readonly twilio: TwilioFeedbackDependencies;
  readonly log: Log;
}

/** What providers call after they have accepted a message. One part for each; the ledger's past stands. */
export function feedbackApp({ twilio, log }: FeedbackDependencies): Hono {
  const app = newApp(log);
  app.route('/', twilioFeedbackApp(twilio));
  return app;
}
