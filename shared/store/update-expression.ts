import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';

/** The parts of an update that sets and removes attributes by name; `raw`: further parts of SET, with names and values of the caller's. */
export function updateExpression(
  set: Readonly<Record<string, unknown>>,
  remove: readonly string[],
  raw: readonly string[],
): Pick<UpdateCommandInput, 'UpdateExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> {
  const sets = [...Object.keys(set).map((name) => `#${name} = :set_${name}`), ...raw];
  const removes = remove.map((name) => `#${name}`);
  return {
    UpdateExpression: [
      ...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []),
      ...(removes.length > 0 ? [`REMOVE ${removes.join(', ')}`] : []),
    ].join(' '),
    ExpressionAttributeNames: Object.fromEntries(
      [...Object.keys(set), ...remove].map((name) => [`#${name}`, name]),
    ),
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries(set).map(([name, value]) => [`:set_${name}`, value]),
    ),
  };
}
