import { z } from 'zod';
import { SlackRefusal } from './slack-error.ts';

/** Slack's limits on blocks (docs.slack.dev/reference/block-kit/blocks). */
const MAX_BLOCKS = 50;
const MAX_TEXT_IN_ALL_BLOCKS = 13_200;

const plain = (max: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });
const mrkdwn = (max: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });
const text = (max: number) => z.discriminatedUnion('type', [plain(max), mrkdwn(max)]);
const blockId = z.string().max(255).optional();
const image = z.strictObject({
  type: z.literal('image'),
  image_url: z.string().max(3_000),
  alt_text: z.string().min(1).max(2_000),
});
const button = z.strictObject({
  type: z.literal('button'),
  text: plain(75),
  action_id: z.string().max(255).optional(),
  url: z.string().max(3_000).optional(),
  value: z.string().max(2_000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: z.string().max(75).optional(),
});

const option = z.strictObject({ text: plain(75), value: z.string().max(150) });
const options = z.array(option).min(1).max(100);
const staticSelect = z.strictObject({
  type: z.literal('static_select'),
  action_id: z.string().max(255).optional(),
  placeholder: plain(150).optional(),
  options,
});
const multiStaticSelect = z.strictObject({
  type: z.literal('multi_static_select'),
  action_id: z.string().max(255).optional(),
  placeholder: plain(150).optional(),
  option_groups: z
    .array(z.strictObject({ label: plain(75), options }))
    .min(1)
    .max(100),
  initial_options: options.optional(),
});

/** The kinds of block that this stand-in models. Any other is refused by name. */
const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), text: plain(150), block_id: blockId }),
  z
    .strictObject({
      type: z.literal('section'),
      text: text(3_000).optional(),
      fields: z.array(text(2_000)).min(1).max(10).optional(),
      accessory: z.discriminatedUnion('type', [button, image]).optional(),
      expand: z.boolean().optional(),
      block_id: blockId,
    })
    .refine((section) => section.text || section.fields, 'expected text or fields'),
  z.strictObject({ type: z.literal('divider'), block_id: blockId }),
  z.strictObject({
    type: z.literal('context'),
    elements: z
      .array(z.discriminatedUnion('type', [plain(3_000), mrkdwn(3_000), image]))
      .min(1)
      .max(10),
    block_id: blockId,
  }),
  z.strictObject({
    type: z.literal('actions'),
    elements: z
      .array(z.discriminatedUnion('type', [button, staticSelect]))
      .min(1)
      .max(25),
    block_id: blockId,
  }),
  z.strictObject({
    type: z.literal('input'),
    label: plain(2_000),
    element: multiStaticSelect,
    block_id: blockId,
  }),
]);

export type Block = z.infer<typeof block>;

export interface TextObject {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}

/** Parses the `blocks` argument. Throws `invalid_blocks` with one line per fault, as Slack words them. */
export function parseBlocks(argument: unknown): readonly Block[] {
  if (argument === undefined) return [];
  if (!Array.isArray(argument)) throw new SlackRefusal('invalid_blocks_format');
  if (argument.length > MAX_BLOCKS) {
    throw new SlackRefusal('invalid_blocks', [
      `[ERROR] no more than ${MAX_BLOCKS} items allowed [json-pointer:/blocks]`,
    ]);
  }
  const parsed = z.array(block).safeParse(argument);
  if (!parsed.success) {
    throw new SlackRefusal(
      'invalid_blocks',
      parsed.error.issues.map(
        ({ message, path }) => `[ERROR] ${message} [json-pointer:/blocks/${path.join('/')}]`,
      ),
    );
  }
  const length = textsOf(parsed.data).reduce((sum, each) => sum + each.text.length, 0);
  if (length > MAX_TEXT_IN_ALL_BLOCKS) throw new SlackRefusal('msg_blocks_too_long');
  return parsed.data;
}

/** Every text object of the blocks, in reading order. */
export function textsOf(blocks: readonly Block[]): readonly TextObject[] {
  return blocks.flatMap(textsOfBlock);
}

function textsOfBlock(block: Block): readonly TextObject[] {
  switch (block.type) {
    case 'header':
      return [block.text];
    case 'section':
      return [...(block.text ? [block.text] : []), ...(block.fields ?? [])];
    case 'context':
      return block.elements.flatMap((element) => (element.type === 'image' ? [] : [element]));
    case 'actions':
      return block.elements.flatMap((element) => (element.type === 'button' ? [element.text] : []));
    case 'input':
      return [block.label];
    case 'divider':
      return [];
  }
}
