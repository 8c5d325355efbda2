/** A page with a component in a group and one without. */
export const PAGE = {
  name: 'Batch',
  url: 'https://status.batch.com/',
  components: [
    { id: 'push-api', name: 'Push API', group: { id: 'apis', name: 'APIs' } },
    { id: 'dashboard', name: 'Dashboard' },
  ],
};

/** An update that uses every field. */
export const UPDATE = {
  id: 'u1',
  incident: {
    id: 'outage',
    name: '[OLD_STATUSPAGE_MODEL] Delivery',
    impact: 'critical',
    url: 'https://status.batch.com/incidents/outage',
    startedAt: '2021-10-13T07:20:00Z',
    scheduledFor: '2021-10-13T07:20:00Z',
    scheduledUntil: '2021-10-13T09:20:00+02:00',
    backfilled: false,
  },
  status: 'investigating',
  body: 'We are looking into it.\nMore soon.',
  publishedAt: '2021-10-13T07:26:00Z',
  components: [
    {
      id: 'push-api',
      name: 'Push API',
      group: { id: 'apis', name: 'APIs' },
      oldStatus: 'operational',
      newStatus: 'major_outage',
    },
  ],
  notify: true,
};

export const SUBSCRIBERS = {
  email: { channel: 'email', email: 'Ada@Example.com' },
  sms: { channel: 'sms', phone: '+33 6 12 34 56 78' },
  slack: { channel: 'slack', team: 'T012AB3CD', conversation: 'C012AB3CD' },
  webhook: { channel: 'webhook', url: 'https://hooks.example.com/incidents?key=1' },
} as const;

/** A Statuspage webhook as captured in 2017: newest update first, more members than anybody reads. */
export function statuspagePayload(updates: readonly object[] = [STATUSPAGE_NEWEST, STATUSPAGE_FIRST]) {
  return {
    meta: {
      unsubscribe: 'http://x.statuspage.io/?unsubscribe=zjcdb6727vmj',
      documentation: 'http://doers.statuspage.io/customer-notifications/webhooks/',
      generated_at: '2017-12-26T07:32:00.770Z',
    },
    page: { id: 'jb7j80lkgqvb', status_indicator: 'minor', status_description: 'Partial outage' },
    incident: {
      name: 'Slow pushes',
      status: 'monitoring',
      created_at: '2017-12-26T07:00:00.000Z',
      updated_at: '2017-12-26T07:32:00.000Z',
      monitoring_at: null,
      resolved_at: null,
      impact: 'minor',
      impact_override: null,
      shortlink: 'http://stspg.io/646947c1e',
      postmortem_ignored: false,
      postmortem_body: null,
      backfilled: false,
      scheduled_for: null,
      scheduled_until: null,
      scheduled_remind_prior: false,
      id: 'z3lct0r596n4',
      page_id: 'jb7j80lkgqvb',
      incident_updates: updates,
      components: [
        { status: 'degraded_performance', name: 'Push API', id: 'push-api', position: 2, group_id: null },
      ],
    },
  };
}

export const STATUSPAGE_FIRST = {
  id: 'first0000001',
  incident_id: 'z3lct0r596n4',
  status: 'investigating',
  body: 'Pushes are slow.',
  created_at: '2017-12-26T07:00:00.000Z',
  updated_at: '2017-12-26T07:00:00.000Z',
  display_at: '2017-12-26T07:00:00.000Z',
  wants_twitter_update: false,
  affected_components: null,
  custom_tweet: null,
  deliver_notifications: true,
};

export const STATUSPAGE_NEWEST = {
  ...STATUSPAGE_FIRST,
  id: 'newest000002',
  status: 'monitoring',
  body: 'A fix is out.',
  created_at: '2017-12-26T07:31:00.000Z',
  display_at: '2017-12-26T07:30:00.000Z',
  affected_components: [
    { code: 'push-api', name: 'Push API', old_status: 'major_outage', new_status: 'degraded_performance' },
  ],
};

export const COMPONENT_EVENT = {
  meta: {},
  page: { id: 'jb7j80lkgqvb' },
  component: { status: 'under_maintenance', name: 'Push API', id: 'push-api' },
  component_update: { old_status: 'operational', new_status: 'under_maintenance', id: 'k7730b5v92bv' },
};
