import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { DocumentClient } from '../../shared/store/document-client.ts';

/** Runs `act` as many times at once, and returns the numbers of those that got true. */
export async function winnersOf(
  contenders: number,
  act: (contender: number) => Promise<boolean>,
): Promise<number[]> {
  const won = await Promise.all(Array.from({ length: contenders }, (_, contender) => act(contender)));
  return won.flatMap((isWinner, contender) => (isWinner ? [contender] : []));
}

/**
 * A client whose every write takes effect, loses its answer and is sent again by the SDK, which hides both from its
 * caller.
 */
export function losingAnswers(client: DynamoDBDocumentClient): DocumentClient {
  const send = async (command: Parameters<DocumentClient['send']>[0]) => {
    if (command.constructor.name === 'PutCommand') await client.send(command);
    return client.send(command);
  };
  return { send: send as DocumentClient['send'] }; // one function for all overloads
}
