/** The bodies of the messages that a call of SQS sends; none for any other call. */
export function sentBodies(operation: string, input: Readonly<Record<string, unknown>>): readonly string[] {
  const { MessageBody, Entries } = input;
  if (operation === 'SendMessage') return [String(MessageBody)];
  if (operation !== 'SendMessageBatch' || !Array.isArray(Entries)) return [];
  return Entries.map((entry: unknown) => String(Object(entry).MessageBody));
}
