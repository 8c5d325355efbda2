import { componentLabel } from '../../domain/status.ts';
import type { AffectedComponent } from '../../domain/update.ts';
import type { Announcement } from '../channel.ts';
import { escapeHtml, markdownHtml } from '../text/html.ts';
import { parseMarkdown } from '../text/markdown.ts';
import { shortenAtWord } from '../text/shorten.ts';
import { utcTime } from '../text/utc.ts';
import {
  bodyOf,
  byGroup,
  headlineOf,
  impactOf,
  linkOf,
  pageNameOf,
  periodOf,
  stateOf,
  summaryOf,
  titleOf,
  toneOf,
} from '../text/wording.ts';
import { LONGEST_BODY, LONGEST_HTML_BYTES, MOST_COMPONENTS, shownComponents } from './limits.ts';
import {
  DESK,
  FONT,
  INK,
  LINE,
  MARKDOWN_STYLES,
  MUTED,
  PAPER,
  STYLE_SHEET,
  statusTone,
  TONE_COLOUR,
} from './theme.ts';
import { VARIABLES } from './variables.ts';

/**
 * The HTML part. Promises: no image, no remote content, no script; every status in words and not in colour alone; reads well
 * with images and style sheets off, from 320 px up, in light and dark; under 100 kB, so that nothing is clipped. All text of
 * the publisher is escaped, template braces included.
 */
export function renderHtml(
  announcement: Announcement,
  postalAddress: string | undefined,
  calendarUrl: string | undefined,
): string {
  const html = renderWith(announcement, postalAddress, calendarUrl, LONGEST_BODY);
  if (Buffer.byteLength(html) <= LONGEST_HTML_BYTES) return html;
  // Text that is mostly markup characters grows sixfold when escaped.
  return renderWith(announcement, postalAddress, calendarUrl, LONGEST_BODY / 5);
}

function renderWith(
  announcement: Announcement,
  postalAddress: string | undefined,
  calendarUrl: string | undefined,
  longestBody: number,
): string {
  const headline = escapeHtml(headlineOf(announcement));
  const tone = toneOf(announcement);
  const body = shortenAtWord(bodyOf(announcement), longestBody);
  const preheader = escapeHtml(`${stateOf(announcement)}: ${summaryOf(announcement, 110)}`);
  const page = escapeHtml(pageNameOf(announcement));
  const postal = postalAddress ? `, ${escapeHtml(postalAddress)}` : '';
  const small = `font-size:13px;line-height:20px;color:${MUTED}`;
  const quiet = `color:${MUTED};text-decoration:underline`;
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<title>${headline}</title>
<style>
${STYLE_SHEET}
</style>
</head>
<body class="desk" style="margin:0;padding:0;background:${DESK}">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${preheader}${'&#8199;&#65279;&#847; '.repeat(30)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="desk" style="background:${DESK};padding:32px 12px;font-family:${FONT}">
<tr><td align="center">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">
<tr><td class="bar-${tone}" style="height:5px;line-height:5px;font-size:0;background:${TONE_COLOUR[tone]}">&nbsp;</td></tr>
<tr><td align="left" class="card ink" style="background:${PAPER};border-radius:0 0 8px 8px;padding:32px 36px 28px;color:${INK};font-size:16px;line-height:25px;text-align:start;overflow-wrap:anywhere;word-break:break-word">
<h1 class="title" style="margin:0 0 8px;font-size:25px;line-height:32px;font-weight:650;letter-spacing:-.01em;color:${INK}"><span class="${tone}" style="color:${TONE_COLOUR[tone]}">${escapeHtml(stateOf(announcement))}:</span> <span dir="auto">${escapeHtml(titleOf(announcement))}</span></h1>
<p class="muted" style="margin:0 0 22px;font-size:14px;line-height:21px;color:${MUTED}">${facts(announcement)}</p>
${body === '' ? '' : markdownHtml(parseMarkdown(body), MARKDOWN_STYLES)}
${button(announcement)}${calendarLine(calendarUrl)}
${components(announcement)}
</td></tr>
<tr><td class="foot muted" style="padding:20px 36px 8px;text-align:left;${small}">
<p style="margin:0 0 8px">You get this email because ${VARIABLES.reason}</p>
<p style="margin:0 0 8px"><a href="${VARIABLES.manage}" style="${quiet}">Change what you hear of</a> &nbsp;·&nbsp; <a href="${VARIABLES.unsubscribe}" style="${quiet}">Unsubscribe</a></p>
<p style="margin:0">Sent for <a href="${escapeHtml(announcement.page.url)}" style="${quiet}">${page}</a>${postal}</p>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

function button(announcement: Announcement): string {
  return `<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:22px 0 0;width:auto"><tr><td class="button" style="background:${INK};border-radius:6px"><a href="${escapeHtml(linkOf(announcement))}" style="display:inline-block;padding:11px 20px;font-size:15px;line-height:20px;font-weight:600;color:${PAPER};text-decoration:none">${linkLabel(announcement)}</a></td></tr></table>`;
}

function facts(announcement: Announcement): string {
  return [
    pageNameOf(announcement),
    utcTime(announcement.update.publishedAt),
    impactOf(announcement),
    periodOf(announcement),
  ]
    .filter((fact) => fact !== undefined)
    .map((fact, index, all) => {
      const dot = index === all.length - 1 ? '' : '<span class="dot"> &nbsp;·&nbsp;</span>';
      return `<span class="fact" style="display:inline-block"><span dir="auto">${escapeHtml(fact)}</span>${dot}</span>`;
    })
    .join(' ');
}

function calendarLine(url: string | undefined): string {
  if (url === undefined) return '';
  return `\n<p class="muted" style="margin:12px 0 0;font-size:14px;line-height:21px"><a href="${escapeHtml(url)}" class="muted" style="color:${MUTED};text-decoration:underline">Put it in your calendar</a></p>`;
}

function linkLabel({ update }: Announcement): string {
  if (update.status === 'postmortem') return 'Read the postmortem';
  return update.incident.impact === 'maintenance' ? 'View the maintenance' : 'View the incident';
}

function components(announcement: Announcement): string {
  const all = shownComponents(announcement);
  if (all.length === 0) return '';
  const heading = `font-size:13px;line-height:18px;font-weight:600;color:${MUTED}`;
  const rows = byGroup(all.slice(0, MOST_COMPONENTS)).flatMap(({ name, components: members }) => [
    ...(name === undefined
      ? []
      : [
          `<tr><td colspan="2" class="muted" style="padding:14px 0 4px;${heading}">${escapeHtml(name)}</td></tr>`,
        ]),
    ...members.map(componentRow),
  ]);
  const more = all.length - MOST_COMPONENTS;
  const rest = more > 0 ? `<p class="muted" style="margin:8px 0 0;${heading}">and ${more} more</p>` : '';
  return `<h2 class="line" style="margin:26px 0 0;padding:22px 0 2px;border-top:1px solid ${LINE};font-size:17px;line-height:24px;font-weight:600">Affected components</h2>
<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;font-size:15px;line-height:22px">
${rows.join('\n')}
</table>
${rest}`;
}

function componentRow(component: AffectedComponent): string {
  const cell = `border-top:1px solid ${LINE};vertical-align:top`;
  return `<tr><td class="name line ink" style="${cell};padding:8px 12px 8px 0"><span dir="auto">${escapeHtml(component.name)}</span></td><td class="state line" style="${cell};padding:8px 0;text-align:right">${states(component)}</td></tr>`;
}

function states({ oldStatus, newStatus }: AffectedComponent): string {
  const tone = statusTone(newStatus);
  const now = `<span class="${tone}" style="color:${TONE_COLOUR[tone]};font-weight:600">${componentLabel(newStatus)}</span>`;
  if (oldStatus === undefined || oldStatus === newStatus) return now;
  return `<span class="muted" style="color:${MUTED}">${componentLabel(oldStatus)} →</span> ${now}`;
}
