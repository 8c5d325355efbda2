import type { Kind, MinimumImpact } from '../../domain/filters.ts';
import { KINDS, MINIMUM_IMPACTS } from '../../domain/filters.ts';
import { DETAILS, type Detail } from '../../domain/milestones.ts';
import type { Page } from '../../domain/page.ts';
import type { Choice, Subscriber } from '../../domain/subscriber.ts';
import type { Fault, Faults } from './faults.ts';

/** What is ticked in a form that asks what to hear of. Not judged yet: names may be unknown, lists empty. */
export interface ChoiceForm {
  readonly scope: 'page' | 'selection';
  readonly components: readonly string[];
  readonly groups: readonly string[];
  readonly incidents: readonly string[];
  readonly kinds: readonly Kind[];
  readonly minimumImpact: MinimumImpact;
  /** Undefined: as the channel does it. */
  readonly detail: Detail | undefined;
}

/** As the form opens for somebody new: everything. */
export const EVERYTHING: ChoiceForm = {
  scope: 'page',
  components: [],
  groups: [],
  incidents: [],
  kinds: KINDS,
  minimumImpact: 'none',
  detail: undefined,
};

/** As the form opens for somebody who has chosen before. */
export function choiceOf({ scope, filters }: Pick<Subscriber, 'scope' | 'filters'>): ChoiceForm {
  const { components = [], groups = [], incidents = [] } = scope.kind === 'page' ? {} : scope;
  return {
    scope: scope.kind,
    components,
    groups,
    incidents,
    kinds: filters?.kinds ?? KINDS,
    minimumImpact: filters?.minimumImpact ?? 'none',
    detail: filters?.detail,
  };
}

/** As the form was sent. */
export function readChoice(fields: URLSearchParams): ChoiceForm {
  const all = (name: string) => [...new Set(fields.getAll(name))];
  const kinds = fields.getAll('kinds');
  const impact = fields.get('minimumImpact');
  const detail = fields.get('detail');
  return {
    scope: fields.get('scope') === 'selection' ? 'selection' : 'page',
    components: all('components'),
    groups: all('groups'),
    incidents: all('incidents'),
    kinds: KINDS.filter((kind) => kinds.includes(kind)),
    minimumImpact: MINIMUM_IMPACTS.find((name) => name === impact) ?? 'none',
    detail: DETAILS.find((name) => name === detail),
  };
}

/** A form as a choice that names nothing but what the page has, and incidents only of `incidents`. */
export function judgeChoice(
  form: ChoiceForm,
  page: Page,
  incidents: readonly string[] = [],
): { readonly choice: Choice } | { readonly faults: Faults } {
  const faults: Fault[] = [];
  const known = new Set(page.components.map(({ id }) => id));
  const groups = new Set(page.components.flatMap(({ group }) => (group ? [group.id] : [])));
  const kept = form.incidents.filter((id) => incidents.includes(id));
  if (form.scope === 'selection') {
    if (!form.components.every((id) => known.has(id)) || !form.groups.every((id) => groups.has(id))) {
      const message = 'The page has changed since you opened the form. Look through the components again';
      faults.push({ field: 'scope-selection', message });
    } else if (form.components.length + form.groups.length + kept.length === 0) {
      faults.push({ field: 'scope-selection', message: 'Choose at least one component, or the whole page' });
    }
  }
  if (form.kinds.length === 0) {
    faults.push({ field: 'kind-incident', message: 'Choose incidents, planned maintenance, or both' });
  }
  if (faults.length > 0) return { faults };

  const { components, kinds, minimumImpact, detail } = form;
  const filters = {
    ...(kinds.length < KINDS.length && { kinds }),
    ...(minimumImpact !== 'none' && kinds.includes('incident') && { minimumImpact }),
    ...(detail !== undefined && { detail }),
  };
  return {
    choice: {
      scope:
        form.scope === 'page'
          ? { kind: 'page' }
          : { kind: 'selection', components, groups: form.groups, incidents: kept },
      ...(Object.keys(filters).length > 0 && { filters }),
    },
  };
}
