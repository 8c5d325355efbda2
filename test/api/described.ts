import * as z from 'zod';
import { openApi } from '../../shared/api/openapi.ts';

// The whole of zod makes every schema of the process speak English from its first use on. The API's, of zod's small build, say only this.
z.config({ localeError: () => 'Invalid input' });

type Schema = Extract<Parameters<typeof z.fromJSONSchema>[0], object>;

interface Answers {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

const DOCUMENT = openApi('https://fanout.example.com') as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Answers>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}; // as `openapi.ts` writes it

const PATHS = Object.keys(DOCUMENT.paths)
  .toSorted((a, b) => a.split('{').length - b.split('{').length)
  .map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }));

/**
 * Throws when an answer is not what `/openapi.json` says of its route: another status, media type or shape, or a field that it
 * does not name. Answers of routes that it does not name pass.
 */
export async function expectDescribed(method: string, path: string, answer: Response): Promise<void> {
  const [bare = ''] = path.split('?');
  const described = PATHS.find(({ pattern }) => pattern.test(bare))?.path;
  const operation = DOCUMENT.paths[described ?? '']?.[method.toLowerCase()];
  if (operation === undefined) return;
  const said = `${method} ${described} -> ${answer.status}`;
  const response =
    operation.responses[answer.status] ?? operation.responses[`${String(answer.status).charAt(0)}XX`];
  if (response === undefined) throw new Error(`Expected a status that is described, got ${said}`);
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const schema = response.content?.[type]?.schema;
  if (schema === undefined)
    throw new Error(`Expected a media type that is described, got ${type} of ${said}`);
  const body: unknown = await answer.clone().json();
  const faults = faultsOf(resolved(schema), body);
  if (faults.length > 0) throw new Error(`Expected the answer that is described, got ${said}: ${faults}`);
}

function resolved(schema: Schema): Schema {
  const name = '$ref' in schema ? String(schema.$ref).split('/').at(-1) : undefined;
  return (name === undefined ? undefined : DOCUMENT.components.schemas[name]) ?? schema;
}

const VALIDATORS = new WeakMap<Schema, z.ZodType>();

function faultsOf(schema: Schema, body: unknown): string[] {
  const validator = VALIDATORS.get(schema) ?? z.fromJSONSchema(schema);
  VALIDATORS.set(schema, validator);
  const { error } = validator.safeParse(body);
  const issues = error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  return [...issues, ...undescribed(schema, body)];
}

/** Fields of an answer that its schema has no word for. */
function undescribed(schema: Schema, value: unknown, at = ''): string[] {
  if (value === null || typeof value !== 'object') return [];
  if (schema.anyOf) {
    const each = schema.anyOf.map((one) => undescribed(one as Schema, value, at)); // no booleans among ours
    return each.toSorted((a, b) => a.length - b.length)[0] ?? [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item) => undescribed((schema.items ?? {}) as Schema, item, `${at}[]`));
  }
  return Object.entries(value).flatMap(([name, inner]) => {
    const found = schema.properties?.[name] ?? schema.additionalProperties;
    const here = `${at}.${name}`;
    if (typeof found === 'object') return undescribed(found as Schema, inner, here);
    return found === true || Object.keys(schema).length === 0 ? [] : [`${here} is not described`];
  });
}
