import type { ComponentStatus } from '../../domain/status.ts';
import type { MarkdownStyles } from '../text/html.ts';
import type { Tone } from '../text/wording.ts';

/** Fonts of the reader's own system: nothing is loaded from anywhere. */
export const FONT =
  "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans',sans-serif";

const MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,monospace';

/**
 * Colours of text and lines. Every pair has a contrast of 4.5 or more on its background, in light and in dark. Light is in line,
 * because many clients drop style sheets; dark is in the style sheet, by class, because it can be nowhere else.
 */
export const INK = '#1b1f24';
export const MUTED = '#59636e';
export const LINE = '#e3e6ea';
export const PAPER = '#ffffff';
export const DESK = '#f3f4f6';
export const LINK = '#0b5cad';

export const TONE_COLOUR: Readonly<Record<Tone, string>> = {
  good: '#1a7f37',
  planned: '#0b5cad',
  watch: '#8a5a00',
  bad: '#c0271c',
};

const STATUS_TONE: Readonly<Record<ComponentStatus, Tone>> = {
  operational: 'good',
  under_maintenance: 'planned',
  degraded_performance: 'watch',
  partial_outage: 'bad',
  major_outage: 'bad',
};

export function statusTone(status: ComponentStatus): Tone {
  return STATUS_TONE[status];
}

export const MARKDOWN_STYLES: MarkdownStyles = {
  paragraph: 'margin:0 0 14px',
  heading: 'margin:22px 0 8px;font-size:17px;line-height:24px;font-weight:600',
  list: 'margin:0 0 14px;padding:0 22px',
  item: 'margin:0 0 7px',
  inner: 'margin:7px 0 0;padding:0 22px',
  quote: `margin:0 0 14px;padding:2px 14px;border-left:3px solid ${LINE};color:${MUTED}`,
  pre: `margin:0 0 14px;padding:12px 14px;background:${DESK};border-radius:6px;font-family:${MONO};font-size:13px;line-height:20px;white-space:pre-wrap`,
  rule: `margin:22px 0;border:0;border-top:1px solid ${LINE}`,
  code: `padding:1px 4px;background:${DESK};border-radius:4px;font-family:${MONO};font-size:14px`,
  link: `color:${LINK};text-decoration:underline`,
};

/**
 * What cannot be said in line: dark mode and narrow screens. No two braces stand together: to SES they would be a variable.
 */
export const STYLE_SHEET = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
body{margin:0;padding:0}
a[x-apple-data-detectors]{color:inherit!important;text-decoration:none!important}
@media (max-width:480px){
.card{padding:24px 20px 20px!important}
.desk{padding:0!important}
.title{font-size:22px!important;line-height:29px!important}
.name,.state{display:block!important;width:auto!important;text-align:left!important}
.name{padding-bottom:0!important}
.state{padding-top:0!important;border-top:0!important}
.fact{display:block!important}
.dot{display:none!important}
.foot{padding-left:20px!important;padding-right:20px!important}
.button a{display:block!important;text-align:center!important}
}
@media (prefers-color-scheme:dark){
.desk{background:#0f1216!important}
.card{background:#191d23!important}
.ink,.title{color:#e8ebef!important}
.code,.pre{background:#262c35!important}
.quote{color:#a4adb8!important;border-color:#3d4550!important}
.muted,.muted a{color:#a4adb8!important}
.line{border-color:#2f353d!important}
.link{color:#79b8ff!important}
.good{color:#57c46f!important}
.planned{color:#79b8ff!important}
.watch{color:#e3b341!important}
.bad{color:#ff8a80!important}
.bar-good{background:#2ea043!important}
.bar-planned{background:#388bfd!important}
.bar-watch{background:#d29922!important}
.bar-bad{background:#f85149!important}
.button{background:#e8ebef!important}
.button a{color:#12161b!important}
}`.trim();
