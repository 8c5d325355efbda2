/** A component as `PUT /v1/pages/{page}` takes it. */
export interface PageComponent {
  readonly id: string;
  readonly name: string;
  readonly group?: { readonly id: string; readonly name: string };
}

/** A page as `PUT /v1/pages/{page}` takes it; `id` goes into the address. */
export interface DemoPage {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly components: readonly PageComponent[];
}

/** The six groups that the incident affected, by their published names, with the components it affected in each. */
const AFFECTED = {
  'third-party-integrations': {
    name: '[OLD_STATUSPAGE_MODEL] 3rd party integrations',
    components: { segment: 'Segment', mparticle: 'mParticle', 'salesforce-mc': 'Salesforce Marketing Cloud' },
  },
  'mep-core-services': {
    name: 'MEP Core Services',
    components: {
      dashboard: 'Dashboard',
      'in-app-delivery': 'In-app delivery',
      'data-ingestion': 'Data ingestion',
    },
  },
  'optional-services': {
    name: 'Optional Services',
    components: {
      'editorial-dashboard': 'Editorial dashboard',
      inbox: 'Inbox',
      'custom-exports': 'Custom Exports',
    },
  },
  delivery: {
    name: '[OLD_STATUSPAGE_MODEL] Delivery',
    components: {
      'transactional-push': 'Transactional push',
      'push-campaigns': 'Push campaigns',
      'in-app-messaging': 'In-app messaging',
    },
  },
  webservices: {
    name: '[OLD_STATUSPAGE_MODEL] Webservices',
    components: {
      'custom-attributes': 'Custom attributes',
      'web-push-static-resources': 'Web push static resources',
    },
  },
  api: {
    name: 'API',
    components: {
      'mep-campaigns-api': '[MEP] Campaigns API',
      'mep-transactional-api': '[MEP] Transactional API',
      'mep-custom-data-api': '[MEP] Custom Data API',
      'mep-partners-api': '[MEP] Transactional API for Partners',
    },
  },
} as const;

export type AffectedGroup = keyof typeof AFFECTED;

export const AFFECTED_GROUPS = Object.keys(AFFECTED) as readonly AffectedGroup[]; // the keys are that type

/** The eighteen components that the incident affected, in the order of its page. */
export const AFFECTED_COMPONENTS: readonly (PageComponent & {
  readonly group: { readonly id: AffectedGroup; readonly name: string };
})[] = AFFECTED_GROUPS.flatMap((id) =>
  Object.entries(AFFECTED[id].components).map(([component, name]) => ({
    id: component,
    name,
    group: { id, name: AFFECTED[id].name },
  })),
);

/** Ours, not Batch's: what the incident spared, so that its audience is a real part of the page's subscribers. */
export const SPARED_COMPONENTS: readonly PageComponent[] = [
  { id: 'documentation', name: 'Documentation' },
  { id: 'status-page', name: 'Status page' },
  { id: 'billing', name: 'Billing', group: { id: 'account', name: 'Account' } },
];

export const SPARED_GROUPS: readonly string[] = ['account'];

export const BATCH_PAGE: DemoPage = {
  id: 'batch',
  name: 'Batch',
  url: 'https://status.batch.com',
  components: [...AFFECTED_COMPONENTS, ...SPARED_COMPONENTS],
};
