import { DeleteSuppressedDestinationCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import type { Millis } from '../../domain/time.ts';
import { classifyRequest } from './classify.ts';

const CALL_TIMEOUT: Millis = 10_000;

/**
 * Takes an address off the account's suppression list, where SES put it when it bounced: without that it would never hear of
 * anything again, whatever it agrees to. Only for addresses whose owner has just confirmed. Safe to repeat; one that is not on the
 * list is fine. Undefined when done, else why not.
 */
export function createUnsuppress(ses: Pick<SESv2Client, 'send'>) {
  return async (email: string): Promise<{ readonly cause: string } | undefined> => {
    try {
      await ses.send(new DeleteSuppressedDestinationCommand({ EmailAddress: email }), {
        abortSignal: AbortSignal.timeout(CALL_TIMEOUT),
      });
      return undefined;
    } catch (error) {
      if (error instanceof Error && error.name === 'NotFoundException') return undefined;
      const outcome = classifyRequest(error);
      return { cause: 'cause' in outcome ? outcome.cause : 'email.unsuppress' };
    }
  };
}
