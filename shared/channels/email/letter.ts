import type { Page } from '../../domain/page.ts';
import { cleanLine } from '../text/clean.ts';
import { escapeHtml } from '../text/html.ts';
import { shorten } from '../text/shorten.ts';
import { LONGEST_SUBJECT } from './limits.ts';
import type { EmailTemplate } from './render.ts';
import { literal } from './render-text.ts';
import { DESK, FONT, INK, MUTED, PAPER, STYLE_SHEET, TONE_COLOUR } from './theme.ts';

/** A mail about a subscription, to its owner alone: one thing to say, one button. */
export interface Letter {
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly button: { readonly label: string; readonly url: string };
  /** What it means to do nothing. */
  readonly otherwise: string;
}

/** The page's name in one clean line. */
export function letterheadOf(page: Page): string {
  return shorten(cleanLine(page.name), 80) || 'Status';
}

/**
 * A letter as a mail, in the style of the notifications: no image, no remote content, readable without styles. All of its text
 * is ours or the page's; what a requester wrote is never in it, so nobody can have words of theirs sent to strangers.
 */
export function renderLetter(page: Page, letter: Letter, postalAddress: string | undefined): EmailTemplate {
  const subject = `[${letterheadOf(page)}] ${letter.heading}`;
  return {
    subject: literal(shorten(subject, LONGEST_SUBJECT)),
    text: literal(renderText(page, letter, postalAddress)),
    html: renderHtml(page, letter, postalAddress),
  };
}

function renderText(page: Page, letter: Letter, postalAddress: string | undefined): string {
  const { heading, paragraphs, button, otherwise } = letter;
  const sentFor = `Sent for ${letterheadOf(page)}, ${page.url}${postalAddress ? `, ${postalAddress}` : ''}`;
  return `${[heading, ...paragraphs, `${button.label}:\n${button.url}`, otherwise].join('\n\n')}\n\n-- \n${sentFor}\n`;
}

function renderHtml(page: Page, letter: Letter, postalAddress: string | undefined): string {
  const { heading, paragraphs, button, otherwise } = letter;
  const postal = postalAddress ? `, ${escapeHtml(postalAddress)}` : '';
  const quiet = `color:${MUTED};text-decoration:underline`;
  const said = paragraphs.map((text) => `<p style="margin:0 0 14px">${escapeHtml(text)}</p>`).join('\n');
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(heading)}</title>
<style>
${STYLE_SHEET}
</style>
</head>
<body class="desk" style="margin:0;padding:0;background:${DESK}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="desk" style="background:${DESK};padding:32px 12px;font-family:${FONT}">
<tr><td align="center">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">
<tr><td class="bar-planned" style="height:5px;line-height:5px;font-size:0;background:${TONE_COLOUR.planned}">&nbsp;</td></tr>
<tr><td class="card ink" style="background:${PAPER};border-radius:0 0 8px 8px;padding:32px 36px 28px;color:${INK};font-size:16px;line-height:25px;text-align:left;overflow-wrap:anywhere;word-break:break-word">
<h1 class="title" style="margin:0 0 14px;font-size:25px;line-height:32px;font-weight:650;letter-spacing:-.01em;color:${INK}">${escapeHtml(heading)}</h1>
${said}
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:12px 0 20px;width:auto"><tr><td class="button" style="background:${INK};border-radius:6px"><a href="${escapeHtml(button.url)}" style="display:inline-block;padding:11px 20px;font-size:15px;line-height:20px;font-weight:600;color:${PAPER};text-decoration:none">${escapeHtml(button.label)}</a></td></tr></table>
<p class="muted" style="margin:0;font-size:14px;line-height:21px;color:${MUTED}">${escapeHtml(otherwise)}</p>
</td></tr>
<tr><td class="foot muted" style="padding:20px 36px 8px;text-align:left;font-size:13px;line-height:20px;color:${MUTED}">
<p style="margin:0">Sent for <a href="${escapeHtml(page.url)}" style="${quiet}">${escapeHtml(letterheadOf(page))}</a>${postal}</p>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}
