/** The fields of a form as Twilio signs them: repeated ones are a list. */
export type SignedFields = Readonly<Record<string, string | string[]>>;

export function signedFields(body: string): SignedFields {
  const form = new URLSearchParams(body);
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      return [name, values.length > 1 ? values : (values[0] ?? '')];
    }),
  );
}

/** One field's text; of a repeated one the first. */
export function field(fields: SignedFields, name: string): string {
  const value = fields[name];
  return (typeof value === 'string' ? value : value?.[0]) ?? '';
}
