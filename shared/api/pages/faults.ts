import { html } from 'hono/html';
import type { Html } from './layout.ts';

/** What is wrong with a form, in words for whoever filled it in. */
export interface Fault {
  /** The id of the control to go to. */
  readonly field: string;
  readonly message: string;
}

export type Faults = readonly Fault[];

/** The summary above a form: it has the focus when the page opens, and each line leads to its control. */
export function faultSummary(faults: Faults): Html | undefined {
  if (faults.length === 0) return undefined;
  return html`<div class="faults" role="alert" tabindex="-1" autofocus>
<h2>${faults.length === 1 ? 'Please look at one thing again' : 'Please look at these again'}</h2>
<ul>${faults.map(({ field, message }) => html`<li><a href="#${field}">${message}</a></li>`)}</ul>
</div>`;
}

/** The line at a control that the summary leads to. Named by `describedBy`. */
export function faultLine(faults: Faults, field: string): Html | undefined {
  const found = faults.find((fault) => fault.field === field);
  return (
    found &&
    html`<span class="fault" id="${field}-fault"><span class="away">Error: </span>${found.message}</span>`
  );
}

/** Attributes of a control: what describes it, and whether it is at fault. Of our own ids: nothing to escape. */
export function describedBy(faults: Faults, field: string, hint = false): Html {
  const faulty = faults.some((fault) => fault.field === field);
  const ids = [...(hint ? [`${field}-hint`] : []), ...(faulty ? [`${field}-fault`] : [])];
  if (ids.length === 0) return html``;
  return html` aria-describedby="${ids.join(' ')}"${faulty && html` aria-invalid="true"`}`;
}

/** `Error: ` before the title of a page that came back: it is the first thing that a screen reader says. */
export function titled(title: string, faults: Faults): string {
  return faults.length === 0 ? title : `Error: ${title}`;
}
