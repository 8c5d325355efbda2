import type { DemoPage } from './batch-page.ts';

/** A page without subscribers, to sign up for by hand once the replay is over. */
export const EMPTY_PAGE: DemoPage = {
  id: 'demo',
  name: 'Demo',
  url: 'https://status.example.com',
  components: [
    { id: 'website', name: 'Website' },
    { id: 'api', name: 'API', group: { id: 'platform', name: 'Platform' } },
    { id: 'webhooks', name: 'Webhooks', group: { id: 'platform', name: 'Platform' } },
  ],
};
