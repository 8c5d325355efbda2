/**
 * The environment, read once when a function starts. The only place in `shared` and `lambdas` that touches it.
 * All that is missing is reported at once, by name, so that one deploy finds every fault.
 */
export type EnvReader = (name: string) => string;

/** Reads what `read` asks for. Throws one Error that lists every variable that is missing or empty. */
export function readEnv<T>(read: (required: EnvReader, optional: EnvReader) => T): T {
  const missing: string[] = [];
  const optional = (name: string) => process.env[name] ?? '';
  const required = (name: string) => {
    const value = optional(name);
    if (value === '') missing.push(name);
    return value;
  };
  const values = read(required, optional);
  if (missing.length > 0) {
    throw new Error(`Expected the environment variables ${missing.join(', ')} to be set, got nothing`);
  }
  return values;
}
