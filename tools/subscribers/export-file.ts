import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { z } from 'zod';
import { type Api, readProblem } from './api.ts';
import { csvLine } from './csv-cells.ts';
import { Stop } from './stop.ts';

const text = z.nullish(z.string()).transform((value) => value ?? '');
const ids = z.array(z.string()).transform((list) => list.join(' '));

const subscriberSchema = z.looseObject({
  id: z.string(),
  mode: z.enum(['email', 'sms', 'slack', 'webhook']),
  state: z.string(),
  email: text,
  endpoint: text,
  display_phone_number: text,
  phone_country: text,
  workspace_name: text,
  conversation: text,
  components: ids,
  groups: ids,
  incidents: ids,
  filters: z
    .looseObject({
      kinds: z.array(z.string()).optional(),
      minimumImpact: z.string().optional(),
      detail: z.string().optional(),
    })
    .optional(),
  paused: z.boolean(),
  created_at: text,
  confirmed_at: text,
  quarantined_at: text,
  quarantine_cause: text,
  unsubscribed_at: text,
  source: text,
  format: text,
});

type Exported = z.infer<typeof subscriberSchema>;

/** The columns of an export, in order. The first ten are those that `import` reads. */
const COLUMNS: readonly (readonly [string, (subscriber: Exported) => string])[] = [
  ['type', ({ mode }) => mode],
  ['address', addressOf],
  ['skip_confirmation', ({ state }) => String(state === 'active')],
  ['country', ({ phone_country }) => phone_country],
  ['owner_email', ({ mode, email }) => (mode === 'webhook' ? email : '')],
  ['components', ({ components }) => components],
  ['groups', ({ groups }) => groups],
  ['incidents', ({ incidents }) => incidents],
  ['state', ({ state }) => state],
  ['id', ({ id }) => id],
  ['kinds', ({ filters }) => filters?.kinds?.join(' ') ?? ''],
  ['minimum_impact', ({ filters }) => filters?.minimumImpact ?? ''],
  ['detail', ({ filters }) => filters?.detail ?? ''],
  ['paused', ({ paused }) => String(paused)],
  ['created_at', ({ created_at }) => created_at],
  ['confirmed_at', ({ confirmed_at }) => confirmed_at],
  ['quarantined_at', ({ quarantined_at }) => quarantined_at],
  ['quarantine_cause', ({ quarantine_cause }) => quarantine_cause],
  ['unsubscribed_at', ({ unsubscribed_at }) => unsubscribed_at],
  ['source', ({ source }) => source],
  ['format', ({ format }) => format],
];

/** What `--state` may be. `unsubscribed` are on a list of their own. */
export const EXPORT_STATES = ['all', 'active', 'unconfirmed', 'quarantined', 'unsubscribed'] as const;
export type ExportState = (typeof EXPORT_STATES)[number];

/** Subscribers as they come, a hundred at a time: each row of the page is read once. */
export async function* walkSubscribers(api: Api, state: ExportState): AsyncGenerator<Exported> {
  let path: string | undefined =
    state === 'unsubscribed'
      ? '/subscribers/unsubscribed?addresses=whole&page=0'
      : `/subscribers?state=${state}&addresses=whole&after=`;
  for (let page = 1; path !== undefined; page++) {
    const answer = await api.call('GET', path);
    const rows = z.array(subscriberSchema).safeParse(answer.body);
    if (answer.status !== 200 || !rows.success) {
      throw new Stop(`Expected a list of subscribers, got: ${readProblem(answer).reason}`);
    }
    yield* rows.data;
    if (state === 'unsubscribed') {
      path = rows.data.length === 0 ? undefined : `/subscribers/unsubscribed?addresses=whole&page=${page}`;
    } else {
      const next = /<(\?[^>]+)>; rel="next"/.exec(answer.link)?.[1];
      path = next && `/subscribers${next}`;
    }
  }
}

/** Writes all subscribers as CSV, or as a JSON array. Resolves with how many there were. */
export async function exportSubscribers(options: {
  readonly api: Api;
  readonly out: Writable;
  readonly state: ExportState;
  readonly json: boolean;
  readonly onProgress: (rows: number) => void;
}): Promise<number> {
  const { api, out, state, json, onProgress } = options;
  const write = async (chunk: string) => {
    if (!out.write(chunk)) await once(out, 'drain');
  };
  let rows = 0;
  await write(json ? '[' : csvLine(COLUMNS.map(([name]) => name)));
  for await (const subscriber of walkSubscribers(api, state)) {
    const cells = COLUMNS.map(([name, read]) => [name, read(subscriber)] as const);
    if (json) await write(`${rows === 0 ? '\n' : ',\n'}${JSON.stringify(Object.fromEntries(cells))}`);
    else await write(csvLine(cells.map(([, cell]) => cell)));
    onProgress(++rows);
  }
  if (json) await write('\n]\n');
  return rows;
}

function addressOf(subscriber: Exported): string {
  switch (subscriber.mode) {
    case 'email':
      return subscriber.email;
    case 'sms':
      // E.164: the display form without its spacing.
      return subscriber.display_phone_number.replace(/[^+\d]/g, '');
    case 'webhook':
      return subscriber.endpoint;
    case 'slack':
      return `${subscriber.workspace_name}/${subscriber.conversation}`;
  }
}
