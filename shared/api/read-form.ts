/** A member of a form that stands for a member of an object: `a`, `a[]`, `a[b]`, `a[b][]`. */
const NAME = /^(\w{1,64})(?:\[(\w{1,64})\])?(\[\])?$/;

type Members = Record<string, unknown>;

/**
 * A form as the JSON that it stands for, by the convention of Rails and of Statuspage's own examples
 * (`subscriber[email]=ada@example.com`, `subscribers[]=id`). Names of another form are kept as they are, for the schema to
 * refuse. `true` and `false` are booleans: no field of the API takes them as texts.
 */
export function readForm(text: string): unknown {
  const form: Members = Object.create(null);
  for (const [name, raw] of new URLSearchParams(text)) {
    const value = raw === 'true' ? true : raw === 'false' ? false : raw;
    const [, outer = name, inner, list] = NAME.exec(name) ?? [];
    const [target, key] = inner === undefined ? [form, outer] : [innerOf(form, outer), inner];
    const known = target[key];
    if (list === undefined) target[key] = value;
    else if (Array.isArray(known)) known.push(value);
    else target[key] = [value];
  }
  return form;
}

function innerOf(form: Members, name: string): Members {
  const found = form[name];
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as Members; // ours, made below
  const made: Members = Object.create(null);
  form[name] = made;
  return made;
}
