/** The fields of a form as Twilio signs them: repeated ones are a list. */
export type SignedFields = Readonly<Record<string, string | string[]>>;

export function signedFields(body: string): SignedFields {
  const byName = Map.groupBy(new URLSearchParams(body), ([name]) => name);
  return Object.fromEntries(
    [...byName].map(([name, pairs]) => {
      const values = pairs.map(([, value]) => value);
      return [name, values.length > 1 ? values : (values[0] ?? '')];
    }),
  );
}

/** One field's text; of a repeated one the first. */
export function field(fields: SignedFields, name: string): string {
  const value = fields[name];
  return (typeof value === 'string' ? value : value?.[0]) ?? '';
}
