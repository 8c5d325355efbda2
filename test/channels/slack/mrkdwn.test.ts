import { expect, it } from 'vitest';
import { markdownMrkdwn } from '../../../shared/channels/slack/mrkdwn.ts';
import { parseMarkdown } from '../../../shared/channels/text/markdown.ts';

it.each([
  ['*see https://example.com/a_b now*', '_see <https://example.com/a_b|https://example.com/a＿b> now_'],
  ['*[our_page](https://example.com/a_b)*', '_<https://example.com/a_b|our＿page>_'],
  ['# [2*2](https://example.com/a*b)', '*<https://example.com/a*b|2∗2>*'],
])('%s leads where it says, and its style ends where it ends', (markdown, mrkdwn) => {
  expect(markdownMrkdwn(parseMarkdown(markdown))).toBe(mrkdwn);
});
