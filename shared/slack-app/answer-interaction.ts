import * as z from 'zod/mini';
import { ID_PATTERN } from '../domain/id.ts';
import { PICKER, readChosen } from './picker.ts';
import { SLACK_ID } from './place.ts';
import type { Asked } from './work.ts';

const id = z.string().check(z.regex(SLACK_ID));

const clickSchema = z.object({
  type: z.literal('block_actions'),
  team: z.object({ id }),
  channel: z.object({ id }),
  response_url: z.string(),
  actions: z.array(
    z.object({
      action_id: z.string(),
      block_id: z.optional(z.string()),
      value: z.optional(z.string()),
      selected_option: z.nullish(z.object({ value: z.string() })),
    }),
  ),
  state: z.optional(
    z.object({
      values: z.record(
        z.string(),
        z.record(
          z.string(),
          z.object({ selected_options: z.optional(z.array(z.object({ value: z.string() }))) }),
        ),
      ),
    }),
  ),
});

type Click = z.infer<typeof clickSchema>;

/**
 * What a click in one of our messages asks for, from the `payload` of an interaction; undefined for one that means nothing by
 * itself and for what we never offer. Never throws.
 */
export function readInteraction(payload: unknown): Asked | undefined {
  const parsed = clickSchema.safeParse(payload);
  const click = parsed.success ? parsed.data : undefined;
  const action = click?.actions[0];
  if (click === undefined || action === undefined) return undefined;
  const page = action.value ?? action.selected_option?.value ?? '';
  if (!ID_PATTERN.test(page)) return undefined;
  const common = {
    team: click.team.id,
    conversation: click.channel.id,
    page,
    responseUrl: click.response_url,
  };
  switch (action.action_id) {
    case PICKER.all:
      return { kind: 'subscribe', ...common, how: 'set', scope: { kind: 'page' } };
    case PICKER.chosen: {
      const scope = readChosen(chosenIn(click));
      // The button was pressed with nothing chosen: they get to choose again.
      if (scope.components.length + scope.groups.length === 0) return { kind: 'pick', ...common };
      return { kind: 'subscribe', ...common, how: 'set', scope };
    }
    case PICKER.leave:
      return { kind: 'unsubscribe', ...common };
    case PICKER.page: {
      const leaves = action.block_id === `${PICKER.page}:unsubscribe`;
      return { kind: leaves ? 'unsubscribe' : 'pick', ...common };
    }
    default:
      return undefined;
  }
}

function chosenIn({ state }: Click): string[] {
  const selected = state?.values[PICKER.block]?.[PICKER.select]?.selected_options ?? [];
  return selected.map(({ value }) => value);
}
