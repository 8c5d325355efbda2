import { feedbackApp } from '../../shared/api/feedback-app.ts';
import { systemClock } from '../../shared/runtime/clock.ts';
import { consoleLog } from '../../shared/runtime/log.ts';
import { documentClient } from '../../shared/store/document-client.ts';
import { composeTwilio } from './compose-twilio.ts';

/** One part for each provider: none needs another to be set up. */
export function compose() {
  const log = consoleLog(systemClock.now);
  const twilio = composeTwilio(documentClient(), systemClock, log);
  return feedbackApp({ twilio, log });
}
