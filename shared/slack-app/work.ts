import * as z from 'zod/mini';
import { ID_PATTERN } from '../domain/id.ts';
import type { Sealed, Sealer } from '../domain/sealed.ts';
import { SLACK_ID } from './place.ts';

const id = z.string().check(z.regex(ID_PATTERN));
const slackId = z.string().check(z.regex(SLACK_ID));
const common = { team: slackId, conversation: slackId, page: id, responseUrl: z.string() };

const scopeSchema = z.union([
  z.object({ kind: z.literal('page') }),
  z.object({
    kind: z.literal('selection'),
    components: z.readonly(z.array(z.string())),
    groups: z.readonly(z.array(z.string())),
    incidents: z.readonly(z.array(z.string())),
  }),
]);

const workSchema = z.discriminatedUnion('kind', [
  /** `add` to what the channel hears of, or `set` it. */
  z.object({ kind: z.literal('subscribe'), ...common, how: z.enum(['add', 'set']), scope: scopeSchema }),
  z.object({ kind: z.literal('unsubscribe'), ...common }),
  z.object({ kind: z.literal('pick'), ...common }),
  /** A channel is not told any more, and nobody in it was asked: whoever installed the app hears of it. */
  z.object({ kind: z.literal('lost'), team: slackId, conversation: slackId, page: id, cause: z.string() }),
]);

/**
 * What takes longer than Slack waits for an answer (3 s): it calls Slack. Lambda freezes once it has answered, so it goes
 * through a queue, and its result through the `response_url`.
 */
export type Work = z.infer<typeof workSchema>;

/** Work that somebody in Slack asked for and waits for the result of. */
export type Asked = Extract<Work, { responseUrl: string }>;

const envelopeSchema = z.object({
  id: z.string().check(z.regex(/^[\w-]{1,64}$/)),
  sealed: z.object({ key: z.string(), iv: z.string(), tag: z.string(), text: z.string() }),
});

/** Work as a message for the queue: sealed, because it names a channel and holds an address that anybody could answer to. */
export function sealWork(sealer: Sealer, workId: string, work: Work): string {
  const sealed: Sealed = sealer.seal(JSON.stringify(work), contextOf(workId));
  return JSON.stringify({ id: workId, sealed });
}

/** The work in a message and its id, or undefined when it is none of ours. Never throws. */
export function openWork(
  sealer: Sealer,
  body: string,
): { readonly id: string; readonly work: Work } | undefined {
  const envelope = envelopeSchema.safeParse(parseJson(body));
  if (!envelope.success) return undefined;
  const text = sealer.open(envelope.data.sealed, contextOf(envelope.data.id));
  const work = workSchema.safeParse(text === undefined ? undefined : parseJson(text));
  return work.success ? { id: envelope.data.id, work: work.data } : undefined;
}

function contextOf(workId: string): string {
  return `slack-work|${workId}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
