/**
 * Bytes of an item as DynamoDB counts them: names and texts in UTF-8, numbers by their digits, three bytes and one per
 * member for a map or a list. Source: DynamoDB developer guide, `CapacityUnitCalculations`.
 */
export function itemBytes(item: Readonly<Record<string, unknown>>): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

function valueBytes(value: unknown): number {
  // Values are what the wire format says: one member that names the type.
  const [[type, content] = ['NULL', true]] = Object.entries(value as Record<string, unknown>);
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(content));
    case 'N':
      return numberBytes(String(content));
    case 'M': {
      const members = Object.values(content as Record<string, unknown>);
      return 3 + members.length + itemBytes(content as Record<string, unknown>);
    }
    case 'L': {
      const members = content as unknown[];
      return 3 + members.length + members.reduce<number>((sum, one) => sum + valueBytes(one), 0);
    }
    default:
      return 1;
  }
}

/** About a byte per two significant digits, and one more. */
function numberBytes(digits: string): number {
  const significant = digits.replace(/^-|\.|e.*$/gi, '').replace(/^0+|0+$/g, '');
  return Math.ceil(significant.length / 2) + 1;
}

/** Read units of one answer: the sum of what was looked at, in steps of 4 KB; half of that when read eventually. */
export function readUnits(bytes: number, consistent: boolean): number {
  const units = Math.max(1, Math.ceil(bytes / 4_096));
  return consistent ? units : units / 2;
}
