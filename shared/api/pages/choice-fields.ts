import { html } from 'hono/html';
import type { Channel } from '../../domain/channel.ts';
import { KINDS, MINIMUM_IMPACTS } from '../../domain/filters.ts';
import type { Detail } from '../../domain/milestones.ts';
import type { Component, Page } from '../../domain/page.ts';
import type { ChoiceForm } from './choice-form.ts';
import { describedBy, type Faults, faultLine } from './faults.ts';
import type { Html } from './layout.ts';
import { DETAIL_NAMES, IMPACT_NAMES, KIND_NAMES, lineOf } from './words.ts';

/** An incident that the subscriber has asked for by itself. */
export interface NamedIncident {
  readonly id: string;
  readonly title: string;
}

/**
 * The fields that ask what to hear of: the whole page or components by group, kinds, how bad an incident has to be, and how much
 * of it.
 */
export function choiceFields(
  page: Page,
  form: ChoiceForm,
  channel: Channel,
  faults: Faults,
  incidents: readonly NamedIncident[] = [],
): Html {
  return html`${scopeFields(page, form, faults, incidents)}
<fieldset>
<legend>Kinds of message</legend>
${faultLine(faults, 'kind-incident')}
<div class="row">${KINDS.map((kind) => tick('checkbox', 'kinds', kind, `kind-${kind}`, KIND_NAMES[kind], form.kinds.includes(kind)))}</div>
</fieldset>
<div class="field impact">
<label for="minimumImpact">Which incidents?</label>
<select id="minimumImpact" name="minimumImpact">${MINIMUM_IMPACTS.map(
    (impact) =>
      html`<option value="${impact}"${form.minimumImpact === impact && html` selected`}>${IMPACT_NAMES[impact]}</option>`,
  )}</select>
</div>
${detailField(channel, form.detail)}`;
}

/** What each channel for people offers; the first is its own way and is not stored. */
const OFFERED: Readonly<Partial<Record<Channel, readonly Detail[]>>> = {
  email: ['all', 'milestones'],
  sms: ['milestones', 'all'],
};

function detailField(channel: Channel, chosen: Detail | undefined): Html | undefined {
  const offered = OFFERED[channel];
  return (
    offered &&
    html`<div class="field impact">
<label for="detail">How much of each?</label>
<select id="detail" name="detail">${offered.map(
      (detail, index) =>
        html`<option value="${index === 0 ? '' : detail}"${detail === (chosen ?? offered[0]) && html` selected`}>${DETAIL_NAMES[detail]}</option>`,
    )}</select>
</div>`
  );
}

function scopeFields(
  page: Page,
  form: ChoiceForm,
  faults: Faults,
  incidents: readonly NamedIncident[],
): Html | undefined {
  // Nothing to choose from: the whole page is meant, and the form need not ask.
  if (page.components.length === 0 && incidents.length === 0) return undefined;
  return html`<fieldset>
<legend>What do you want to hear about?</legend>
${faultLine(faults, 'scope-selection')}
<div class="cards">
<label class="pick"><input type="radio" id="scope-page" name="scope" value="page"${form.scope === 'page' && html` checked`}>
<span>The whole page<span class="hint">All components, also those that are added later</span></span></label>
<label class="pick"><input type="radio" id="scope-selection" name="scope" value="selection"${form.scope === 'selection' && html` checked`}${describedBy(faults, 'scope-selection')}>
<span>Only what I choose<span class="hint">Single components or whole groups</span></span></label>
</div>
<div class="choices">
${groupsOf(page).map((group) => groupFields(group, form))}
${incidents.length > 0 && incidentFields(incidents, form)}
</div>
</fieldset>`;
}

interface Group {
  readonly id: string | undefined;
  readonly name: string;
  readonly components: readonly Component[];
}

function groupFields({ id, name, components }: Group, form: ChoiceForm): Html {
  return html`<fieldset>
<legend>${name}</legend>
${
  id !== undefined &&
  html`<div class="whole">${tick('checkbox', 'groups', id, `group-${id}`, `All of ${name}`, form.groups.includes(id))}</div>`
}
<div class="list">${components.map((component) =>
    tick(
      'checkbox',
      'components',
      component.id,
      `component-${component.id}`,
      lineOf(component.name, component.id),
      form.components.includes(component.id),
    ),
  )}</div>
</fieldset>`;
}

function incidentFields(incidents: readonly NamedIncident[], form: ChoiceForm): Html {
  return html`<fieldset>
<legend>Single incidents</legend>
<div class="list">${incidents.map(({ id, title }) =>
    tick('checkbox', 'incidents', id, `incident-${id}`, lineOf(title, id), form.incidents.includes(id)),
  )}</div>
</fieldset>`;
}

function tick(
  type: 'checkbox' | 'radio',
  name: string,
  value: string,
  id: string,
  label: string,
  checked: boolean,
): Html {
  return html`<label class="pick"><input type="${type}" id="${id}" name="${name}" value="${value}"${checked && html` checked`}><span>${label}</span></label>`;
}

/** Groups in order of first appearance, then what has none. */
function groupsOf(page: Page): Group[] {
  const groups = new Map<string | undefined, { name: string; components: Component[] }>();
  for (const component of page.components) {
    const { group } = component;
    const entry = groups.get(group?.id) ?? {
      name: group === undefined ? '' : lineOf(group.name, group.id),
      components: [],
    };
    entry.components.push(component);
    groups.set(group?.id, entry);
  }
  const loose = groups.get(undefined);
  groups.delete(undefined);
  const named = [...groups].map(([id, entry]) => ({ id, ...entry }));
  if (loose === undefined) return named;
  return [...named, { ...loose, id: undefined, name: named.length > 0 ? 'Other components' : 'Components' }];
}
