import type { Call } from '../http-endpoint.ts';
import { SlackRefusal } from './slack-error.ts';

/** Arguments of a Web API call, with `blocks` and `metadata` parsed. */
export type Arguments = Readonly<Record<string, unknown>>;

const JSON_ARGUMENTS = new Set(['blocks', 'metadata']);

/**
 * Arguments of a call, posted as JSON or as a form. In a form Slack's client writes objects as JSON and
 * everything else as text.
 */
export function parseArguments(call: Call): Arguments {
  const type = call.headers['content-type'] ?? '';
  const body = call.body.toString();
  if (type.startsWith('application/json')) {
    const parsed = parseJson(body, 'invalid_json');
    if (typeof parsed !== 'object' || parsed === null) throw new SlackRefusal('invalid_json');
    // Safe: a JSON object has string keys.
    return parsed as Arguments;
  }
  if (body !== '' && !type.startsWith('application/x-www-form-urlencoded')) {
    throw new SlackRefusal('invalid_post_type');
  }
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([name, value]) => [
      name,
      JSON_ARGUMENTS.has(name) ? parseJson(value, `invalid_${name}_format`) : value,
    ]),
  );
}

/** Refuses arguments that the stand-in does not model, where Slack would do something that we would not see. */
export function expectOnly(given: Arguments, modelled: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => name !== 'token' && !modelled.includes(name));
  if (unknown === undefined) return;
  throw new SlackRefusal('invalid_arguments', [
    `[ERROR] the stand-in does not model the argument ${unknown}`,
  ]);
}

/** A text argument, or an empty string. */
export function textArgument(given: Arguments, name: string): string {
  const value = given[name];
  return typeof value === 'string' ? value : '';
}

/** A boolean argument: `true` as JSON or as text. */
export function flagArgument(given: Arguments, name: string): boolean {
  return given[name] === true || given[name] === 'true';
}

function parseJson(text: string, error: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SlackRefusal(error);
  }
}
