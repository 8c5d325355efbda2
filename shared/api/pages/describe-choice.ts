import { html } from 'hono/html';
import type { Page } from '../../domain/page.ts';
import type { Choice } from '../../domain/subscriber.ts';
import type { NamedIncident } from './choice-fields.ts';
import type { Html } from './layout.ts';
import { DETAIL_NAMES, IMPACT_NAMES, KIND_NAMES, lineOf } from './words.ts';

/** Names listed one by one; more are counted. */
const MOST_NAMES = 12;

/** What a subscription is about, as a list: for the page that asks to confirm it. */
export function describeChoice(
  page: Page | undefined,
  { scope, filters }: Choice,
  incidents: readonly NamedIncident[],
): Html {
  const names = scope.kind === 'page' ? ['The whole page'] : namesIn(page, scope, incidents);
  const kinds = filters?.kinds?.map((kind) => KIND_NAMES[kind]);
  const more = names.length - MOST_NAMES;
  return html`<ul class="what">
${names.slice(0, MOST_NAMES).map((name) => html`<li>${name}</li>`)}
${more > 0 && html`<li>and ${more} more</li>`}
${kinds !== undefined && html`<li>Only ${kinds.join(', ').toLowerCase()}</li>`}
${filters?.minimumImpact !== undefined && html`<li>Incidents: ${IMPACT_NAMES[filters.minimumImpact].toLowerCase()}</li>`}
${filters?.detail !== undefined && html`<li>${DETAIL_NAMES[filters.detail]}</li>`}
</ul>`;
}

function namesIn(
  page: Page | undefined,
  scope: Extract<Choice['scope'], { kind: 'selection' }>,
  incidents: readonly NamedIncident[],
): string[] {
  const components = page?.components ?? [];
  const groupName = (id: string) => components.find(({ group }) => group?.id === id)?.group?.name;
  return [
    ...incidents.map(({ id, title }) => `Incident: ${lineOf(title, id)}`),
    ...scope.groups.map((id) => `All of ${lineOf(groupName(id) ?? '', id)}`),
    ...scope.components.map((id) =>
      lineOf(components.find((component) => component.id === id)?.name ?? '', id),
    ),
  ];
}
