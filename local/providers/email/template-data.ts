import type { BulkEntry, BulkRequest } from './bulk-request.ts';
import { SesRefusal } from './ses-error.ts';

export type TemplateData = Readonly<Record<string, string>>;

const VARIABLE = /\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}/g;
const ANY_TAG = /\{\{[^}]*\}\}/g;

/** Names of the variables in the template. Inline templates do simple substitution only: no `#if`, no `#each`. */
export function variablesOf(request: BulkRequest): ReadonlySet<string> {
  const { Subject, Text, Html } = request.DefaultContent.Template.TemplateContent;
  const names = new Set<string>();
  for (const part of [Subject, Text, Html]) {
    for (const [tag] of part.matchAll(ANY_TAG)) {
      const name = [...tag.matchAll(VARIABLE)][0]?.[1];
      if (name === undefined) {
        throw new SesRefusal('BadRequestException', `Inline templates take {{name}} only, got ${tag}`);
      }
      names.add(name);
    }
  }
  return names;
}

/** The call's default data. Throws a refusal when it is no JSON object of strings. */
export function defaultData(request: BulkRequest): TemplateData {
  return parse(request.DefaultContent.Template.TemplateData, 'TemplateData');
}

/** One entry's data. */
export function replacementData(entry: BulkEntry): TemplateData {
  const template = entry.ReplacementEmailContent?.ReplacementTemplate;
  return parse(template?.ReplacementTemplateData, 'ReplacementTemplateData');
}

/** The variables that `data` lacks. */
export function missingFrom(data: TemplateData, variables: ReadonlySet<string>): string[] {
  return [...variables].filter((name) => !Object.hasOwn(data, name));
}

/** Replaces the variables of a template part. */
export function substitute(part: string, data: TemplateData): string {
  return part.replaceAll(VARIABLE, (_, name: string) => data[name] ?? '');
}

function parse(text: string | undefined, member: string): TemplateData {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '{}');
  } catch {
    throw new SesRefusal('BadRequestException', `${member} is not JSON`);
  }
  const isText = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isText || Object.values(value ?? {}).some((each) => typeof each !== 'string')) {
    throw new SesRefusal('BadRequestException', `Expected ${member} to be a JSON object of strings`);
  }
  // Safe: checked above.
  return value as TemplateData;
}
