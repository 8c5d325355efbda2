import type { SlackMessage } from '../messages.ts';
import type { Records } from '../records.ts';
import { type Block, parseBlocks } from '../slack/block-limits.ts';
import { HAPPENINGS, type Happening, type SlackPerson, type Whisper } from '../slack/slack-person.ts';
import { showBlock } from './blocks.ts';
import { type Html, html } from './html.ts';
import { page, time } from './layout.ts';
import { mrkdwn, plainText } from './mrkdwn.ts';
import { posted } from './show-slack.ts';

/** Channels to start with. Any other id works as well. */
const CHANNELS = ['C0INCIDENTS', 'C0GENERAL1'];
const CONVERSATION = /^[CG][A-Z0-9]{5,20}$/;
const SUGGESTED = ['subscribe', 'list', 'current', 'unsubscribe', 'help'];
/** The page that `npm start` leaves for trying things out. */
const PAGE = 'demo';

const href = (conversation: string) => `/_local/slack?channel=${conversation}`;

/** A channel as somebody in it sees it: what the app posted, what it answered to them alone, and where to type. */
export function slackPage(records: Records, person: SlackPerson, wanted: string | null): Response {
  const conversation = wanted !== null && CONVERSATION.test(wanted) ? wanted : (CHANNELS[0] ?? '');
  const here = records
    .messages()
    .filter((one): one is SlackMessage => one.channel === 'slack' && one.team === person.team);
  const channels = new Set([...CHANNELS, ...here.map((one) => one.conversation), conversation]);
  return page({
    title: `#${conversation} \u00b7 incident-fanout`,
    view: 'slack',
    body: html`<h1>Slack, as somebody in a channel sees it</h1>
<p class="lead">The stand-in's workspace <code>${person.team}</code>. <a href="/slack/install?page=${PAGE}">Add to Slack</a> for the page <code>${PAGE}</code>, then type a command.</p>
<ul class="tabs">${[...channels].map((one) => html`<li><a href="${href(one)}" ${one === conversation && 'aria-current=true'}># ${one}</a></li>`)}</ul>
<article class="card slack">${feed(here, person.whispers(conversation), conversation)}
<form class="type" method="post" action="/_local/slack/command">
<input type="hidden" name="channel" value="${conversation}">
<label><span>/status</span> <input name="text" list="commands" autocomplete="off" placeholder="subscribe" autofocus></label>
<datalist id="commands">${SUGGESTED.map((word) => html`<option value="${word}">`)}</datalist>
<button>Send</button>
<a href="${href(conversation)}">Look again</a>
</form></article>
<details class="happen"><summary>Let something happen to the channel</summary>
<form method="post" action="/_local/slack/happen"><input type="hidden" name="channel" value="${conversation}">
${(Object.keys(HAPPENINGS) as Happening[]).map((one) => html`<button name="happening" value="${one}">${HAPPENINGS[one]}</button>`)}</form></details>`,
  });
}

/** Everything in the order of time, the newest last; replies under their roots. */
function feed(here: readonly SlackMessage[], whispers: readonly Whisper[], conversation: string): Html {
  const own = here.filter((one) => one.conversation === conversation && !one.ephemeral);
  const roots = own.filter(({ thread }) => thread === undefined);
  const entries = [
    ...roots.map((root) => ({ at: root.at, shown: thread(root, own) })),
    ...own.filter(({ broadcast }) => broadcast).map((one) => ({ at: one.at, shown: posted(one) })),
    ...whispers.map((one) => ({ at: one.at, shown: whispered(one) })),
  ].sort((a, b) => (a.at < b.at ? -1 : 1));
  if (entries.length === 0) return html`<p class="empty">Nothing was said here yet.</p>`;
  return html`${entries.map(({ shown }) => shown)}`;
}

function thread(root: SlackMessage, own: readonly SlackMessage[]): Html {
  const replies = own.filter((one) => one.thread === root.ts);
  const count = replies.length === 1 ? '1 reply' : `${replies.length} replies`;
  return html`${posted(root)}${replies.length > 0 && html`<details class="thread" ${!replies.some(({ broadcast }) => broadcast) && 'open'}><summary>${count}</summary>${replies.map((one) => posted(one))}</details>`}`;
}

/** Only visible to you. Its buttons work: each whisper is a form. */
function whispered({ id, at, asked, text, blocks }: Whisper): Html {
  const parsed = parseBlocks(blocks.length > 0 ? blocks : undefined);
  const chooser = parsed.find((block) => block.type === 'input');
  return html`<section class="posted whisper"><span class="avatar" aria-hidden="true">S</span>
<div><p class="only">Only visible to you${asked !== '' && html`, who typed <code>${asked}</code>`}</p>
<p class="by"><strong>Status</strong> <span class="app">APP</span> ${time(at)}</p>
${
  parsed.length === 0
    ? html`<div class="section">${mrkdwn(text)}</div>`
    : html`<form method="post" action="/_local/slack/click"><input type="hidden" name="whisper" value="${id}">
<input type="hidden" name="chooser" value="${chooser?.block_id ?? ''} ${chooser?.element.action_id ?? ''}">
${parsed.map(control)}</form>`
}</div></section>`;
}

function control(block: Block): Html {
  if (block.type === 'input') {
    const chosen = new Set(block.element.initial_options?.map(({ value }) => value));
    return html`<label class="chooser"><b>${plainText(block.label.text)}</b>
<select name="chosen" multiple size="8">${block.element.option_groups.map(
      ({ label, options }) =>
        html`<optgroup label="${label.text}">${options.map((option) => html`<option value="${option.value}" ${chosen.has(option.value) && 'selected'}>${option.text.text}</option>`)}</optgroup>`,
    )}</select></label>`;
  }
  if (block.type !== 'actions') return showBlock(block);
  // `block action menu value`: none of them holds a space.
  const name = (action: string | undefined, isMenu: boolean) =>
    `${block.block_id ?? '-'} ${action ?? '-'} ${isMenu ? 'menu' : 'button'}`;
  return html`<div class="actions">${block.elements.flatMap((element) =>
    element.type === 'button'
      ? [
          html`<button class="${element.style ?? ''}" name="pressed" value="${name(element.action_id, false)} ${element.value ?? ''}">${plainText(element.text.text)}</button>`,
        ]
      : element.options.map(
          (option) =>
            html`<button name="pressed" value="${name(element.action_id, true)} ${option.value}">${plainText(option.text.text)}</button>`,
        ),
  )}</div>`;
}

/** Does what a form of the page asks for, and leads back to the channel. Only the page itself may ask. */
export async function actInSlack(person: SlackPerson, request: Request, url: URL): Promise<Response> {
  // Its own policy keeps it from saying where a form was: this is what browsers say instead.
  if (request.headers.get('sec-fetch-site') !== 'same-origin') return new Response(null, { status: 403 });
  const fields = new URLSearchParams(await request.text());
  const channel = fields.get('channel') ?? '';
  const back = (conversation: string) =>
    new Response(null, { status: 303, headers: { location: href(conversation) } });
  switch (url.pathname) {
    case '/_local/slack/command':
      if (!CONVERSATION.test(channel)) return new Response(null, { status: 400 });
      await person.command(url.origin, channel, fields.get('text') ?? '');
      return back(channel);
    case '/_local/slack/happen': {
      const happening = fields.get('happening') ?? '';
      if (!CONVERSATION.test(channel) || !isHappening(happening)) return new Response(null, { status: 400 });
      await person.happen(url.origin, channel, happening);
      return back(channel);
    }
    case '/_local/slack/click': {
      const [block = '', id = '', kind = '', value = ''] = (fields.get('pressed') ?? '').split(' ');
      const [chooser = '', action = ''] = (fields.get('chooser') ?? '').split(' ');
      const conversation = await person.click(
        url.origin,
        fields.get('whisper') ?? '',
        { block, id, value, menu: kind === 'menu' },
        { block: chooser, action, values: fields.getAll('chosen') },
      );
      return conversation === undefined ? new Response(null, { status: 404 }) : back(conversation);
    }
    default:
      return new Response(null, { status: 404 });
  }
}

function isHappening(word: string): word is Happening {
  return Object.hasOwn(HAPPENINGS, word);
}
