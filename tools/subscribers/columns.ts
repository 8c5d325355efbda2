import { plainCell } from './csv-cells.ts';

/** A subscriber as a row of a file states it, in the words of `POST /v1/pages/{page}/subscribers`. */
export interface RowSubscriber {
  readonly email?: string;
  readonly endpoint?: string;
  readonly format?: string;
  readonly phone_number?: string;
  readonly phone_country?: string;
  readonly skip_confirmation_notification: boolean;
  readonly component_ids?: readonly string[];
  readonly group_ids?: readonly string[];
  readonly incident_ids?: readonly string[];
}

export type Row =
  | { readonly kind: 'subscriber'; readonly subscriber: RowSubscriber }
  /** Names of columns, or nothing at all. */
  | { readonly kind: 'heading' }
  /** Somebody whom an import must not bring back. */
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'fault'; readonly reason: string };

/** Reads one row. Whether it is a heading decides how the rows after it are read. */
export type RowReader = (cells: readonly string[]) => Row;

const TYPES = ['email', 'sms', 'webhook'];
/** What stands in the second column where a section of a file in Statuspage's form has a heading. */
const SECOND_HEADINGS = ['address', 'email', 'number', 'phone', 'phone number', 'url', 'endpoint'];

/**
 * A reader for both kinds of file. With a heading that begins with `type` (as `export` writes it): columns by name. Otherwise
 * Statuspage's columns, by the first cell: `email,address,skip_confirmation`, `sms,number,country code` and `webhook,url,email`,
 * each followed by components, one a column.
 */
export function createRowReader(): RowReader {
  let names: readonly string[] | undefined;
  return (cells) => {
    const trimmed = cells.map((cell) => plainCell(cell.trim()));
    if (trimmed.every((cell) => cell === '')) return { kind: 'heading' };
    const [first = '', second = ''] = trimmed.map((cell) => cell.toLowerCase());
    if (first === 'type' || first === 'mode') {
      names = trimmed.map((cell) => cell.toLowerCase());
      return { kind: 'heading' };
    }
    if (TYPES.includes(first) && SECOND_HEADINGS.includes(second)) return { kind: 'heading' };
    return names === undefined ? readStatuspageRow(first, trimmed) : readNamedRow(names, trimmed);
  };
}

function readStatuspageRow(
  type: string,
  [, address = '', third = '', ...components]: readonly string[],
): Row {
  const chosen = components.flatMap(idsIn);
  const scope = chosen.length === 0 ? {} : { component_ids: chosen };
  switch (type) {
    case 'email': {
      const skip = readBoolean(third);
      if (skip === undefined) return fault('true or false as skip_confirmation', third);
      return subscriber({ email: address, skip_confirmation_notification: skip, ...scope });
    }
    case 'sms':
      if (third !== '' && !/^[a-z]{2}$/i.test(third)) return fault('a country code of two letters', third);
      return subscriber({
        phone_number: address,
        ...(third !== '' && { phone_country: third }),
        skip_confirmation_notification: false,
        ...scope,
      });
    case 'webhook':
      return subscriber({
        endpoint: address,
        ...(third !== '' && { email: third }),
        skip_confirmation_notification: false,
        ...scope,
      });
    default:
      return fault('email, sms or webhook in the first column', type);
  }
}

function readNamedRow(names: readonly string[], cells: readonly string[]): Row {
  const cell = (name: string) => cells[names.indexOf(name)] ?? '';
  const type = (cells[0] ?? '').toLowerCase();
  const state = cell('state').toLowerCase();
  if (state === 'unsubscribed')
    return { kind: 'skipped', reason: 'They unsubscribed: only they can come back' };
  if (state === 'quarantined') return { kind: 'skipped', reason: 'In quarantine where the file was made' };
  if (type === 'slack')
    return { kind: 'skipped', reason: 'Slack channels are added in Slack, or by the API' };
  const skip = readBoolean(cell('skip_confirmation'));
  if (skip === undefined) return fault('true or false as skip_confirmation', cell('skip_confirmation'));
  const scope = {
    skip_confirmation_notification: skip,
    ...idsAs('component_ids', cell('components')),
    ...idsAs('group_ids', cell('groups')),
    ...idsAs('incident_ids', cell('incidents')),
  };
  switch (type) {
    case 'email':
      return subscriber({ email: cell('address'), ...scope });
    case 'sms':
      return subscriber({
        phone_number: cell('address'),
        ...(cell('country') !== '' && { phone_country: cell('country') }),
        ...scope,
      });
    case 'webhook':
      return subscriber({
        endpoint: cell('address'),
        ...(cell('owner_email') !== '' && { email: cell('owner_email') }),
        ...(cell('format') !== '' && { format: cell('format') }),
        ...scope,
      });
    default:
      return fault('email, sms, webhook or slack as type', type);
  }
}

function idsAs<N extends string>(name: N, cell: string): { readonly [K in N]?: readonly string[] } {
  const ids = idsIn(cell);
  // A computed key of a union is widened: it is exactly `name`.
  return (ids.length === 0 ? {} : { [name]: ids }) as { readonly [K in N]?: readonly string[] };
}

/** Ids hold no space: one cell may hold several. */
function idsIn(cell: string): readonly string[] {
  return cell.split(/[\s;]+/).filter((id) => id !== '');
}

/** Nothing said means asking. */
function readBoolean(cell: string): boolean | undefined {
  const text = cell.toLowerCase();
  if (['', 'false', 'no', 'n', '0'].includes(text)) return false;
  return ['true', 'yes', 'y', '1'].includes(text) ? true : undefined;
}

function subscriber(wanted: RowSubscriber): Row {
  return { kind: 'subscriber', subscriber: wanted };
}

/** What was got is named by its kind only where it may be an address. */
function fault(expected: string, got: string): Row {
  const shown = /^[\w .-]{1,20}$/.test(got) ? `"${got}"` : got === '' ? 'nothing' : 'another text';
  return { kind: 'fault', reason: `Expected ${expected}, got ${shown}` };
}
