import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** What a conditional write answered, or undefined when its condition was not met. Rejects as the write does. */
export async function ifMet<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** Whether a conditional write took place. */
export async function isMet(write: Promise<object>): Promise<boolean> {
  return (await ifMet(write)) !== undefined;
}
