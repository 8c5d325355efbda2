import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from './api.ts';
import { SUBSCRIBERS } from './bodies.ts';
import { changingNothing, readProblem } from './problems.ts';
import { type Refusals, startRefusals } from './refusals.ts';

let refusals: Refusals;
beforeAll(async () => {
  refusals = await startRefusals();
});
afterAll(() => refusals.stop());

const refused: Refusals['refused'] = (route, options) => refusals.refused(route, options);
const SUBSCRIBE = 'POST /v1/pages/{page}/subscribers';

describe('a faulty subscriber', () => {
  const { email, sms, slack, webhook } = SUBSCRIBERS;
  it.each([
    ['a channel that is none', { channel: 'fax', email: 'a@b.example' }, 'invalid-body', 'channel'],
    ['no channel', { email: 'a@b.example' }, 'invalid-body', 'channel'],
    ['no address', { channel: 'email' }, 'invalid-body', 'email'],
    ["another channel's address", { channel: 'sms', email: 'a@b.example' }, 'invalid-body', 'phone'],
    ['text for an email', { ...email, email: 'ada' }, 'invalid-body', 'email'],
    [
      'a header in its email',
      { ...email, email: 'a@b.example\r\nBcc: c@d.example' },
      'invalid-body',
      'email',
    ],
    ['two emails', { ...email, email: 'a@b.example,c@d.example' }, 'invalid-body', 'email'],
    ['a national phone number', { ...sms, phone: '0612345678' }, 'invalid-body', 'phone'],
    ['words for a phone', { ...sms, phone: 'call me' }, 'invalid-body', 'phone'],
    ['a Slack channel by name', { ...slack, conversation: '#incidents' }, 'invalid-body', 'conversation'],
    ['a plain http webhook', { ...webhook, url: 'http://hooks.example.com/' }, 'invalid-body', 'url'],
    ['a private webhook', { ...webhook, url: 'https://169.254.169.254/latest' }, 'invalid-body', 'url'],
    ['no address for a webhook', { ...webhook, url: 'hooks' }, 'invalid-body', 'url'],
    [
      'a component that the page lacks',
      { ...email, components: ['nope'] },
      'unknown-component',
      'components.0',
    ],
    ['a group that the page lacks', { ...email, groups: ['apis', 'nope'] }, 'unknown-component', 'groups.1'],
    [
      'a component of a prototype',
      { ...email, components: ['constructor'] },
      'unknown-component',
      'components.0',
    ],
    ['a state of its own', { ...email, state: 'active' }, 'invalid-body', 'state'],
  ])('has %s', async (_, body, code, path) => {
    const problem = await refused(SUBSCRIBE, { body });
    expect(problem.code).toBe(code);
    expect(problem.faults?.map((one) => one.path)).toContain(path);
  });

  it('is on a channel that is switched off', async () => {
    const small = createApi(refusals.tables, { channels: ['email'] });
    const answer = await changingNothing(small, () =>
      small.request('POST', `/v1/pages/${refusals.page}/subscribers`, { body: sms }),
    );
    expect((await readProblem(answer)).code).toBe('unsupported-channel');
  });

  it.each([
    { ...email, email: 'canary-Zq7 @example.com' },
    { ...sms, phone: 'canary-Zq7' },
    { ...webhook, url: 'https://u:canary-Zq7@hooks.example.com/' },
    { ...slack, team: 'canary-Zq7' },
    { ...email, components: ['canary-Zq7'] },
    { channel: 'canary-Zq7' },
    { ...email, email: ['canary-Zq7'] },
    { ...email, incidents: 'canary-Zq7' },
    { ...email, 'canary-Zq7': 1 },
  ])('is never quoted: %j', async (body) => {
    expect(JSON.stringify(await refused(SUBSCRIBE, { body }))).not.toContain('canary');
  });
});
