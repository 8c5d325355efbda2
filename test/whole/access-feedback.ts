import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { clientSettings } from '../../local/stack/aws-client.ts';
import type { Whole } from './access-fixture.ts';

const AGAIN = 'again@example.com';
const FULL = 'full@example.com';
const DEAD = 'bounce@simulator.amazonses.com';
const ANGRY = 'complaint@simulator.amazonses.com';
const WAIT = { timeout: 20_000, interval: 100 };

/**
 * What SES reports of mails, from the stand-in's event to the subscriber's row: one is dead, one complains, one is full, and one bounces and
 * comes back.
 */
export async function reportMails(whole: Whole, page: string): Promise<void> {
  const { call, providers } = whole;
  for (const email of [AGAIN, FULL, DEAD, ANGRY]) {
    await call('POST', `/v1/pages/${page}/subscribers`, { channel: 'email', email });
  }
  const gone = { type: 'Permanent', subType: 'General', status: '5.1.1' } as const;
  providers.script({ channel: 'email', to: AGAIN, update: 'reported', bounce: gone });
  const full = { type: 'Transient', subType: 'MailboxFull', status: '5.2.2' } as const;
  providers.script({ channel: 'email', to: FULL, update: 'reportedToo', bounce: full });
  for (const id of ['reported', 'reportedToo']) {
    await call('POST', `/v1/pages/${page}/updates`, {
      id,
      incident: { id, name: id, impact: 'minor' },
      status: 'investigating',
      body: 'Text',
      publishedAt: new Date().toISOString(),
      components: [],
      notify: true,
    });
  }
  await expect.poll(() => stateOf(whole, page, DEAD), WAIT).toBe('quarantined');
  await expect.poll(() => stateOf(whole, page, ANGRY), WAIT).toBe('neither');
  await expect.poll(() => stateOf(whole, page, AGAIN), WAIT).toBe('quarantined');
  await comeBack(whole, page);
  await refuseUs(whole, page);
}

/** Signs up again: asked by a letter, which also goes to those on SES's list, and told again once they have confirmed. */
async function comeBack(whole: Whole, page: string): Promise<void> {
  const { stack, providers } = whole;
  const form = `channel=email&email=${encodeURIComponent(AGAIN)}&scope=page&kinds=incident&kinds=maintenance&minimumImpact=none`;
  await post(`${stack.apiUrl}/p/${page}/subscribe`, form);
  const link = () => {
    const texts = providers
      .messages()
      .flatMap((message) => (message.to === AGAIN && 'text' in message ? [message.text] : []));
    return /\S+\/confirm\/[\w.~-]+/.exec(texts.join('\n'))?.[0];
  };
  await expect.poll(link, WAIT).toBeDefined();
  await post(link() ?? '', '');
  const news = () => providers.accepted('reported').filter(({ to }) => to === AGAIN).length;
  await expect.poll(news, WAIT).toBe(2);
}

/** Gmail said, ten minutes ago but for a moment, that our mail is unauthenticated: email waits for that moment. */
async function refuseUs({ stack }: Whole, page: string): Promise<void> {
  const at = new Date(Date.now() - 10 * 60_000 + 2_000).toISOString();
  const event = {
    eventType: 'Bounce',
    mail: { timestamp: at, destination: ['kim@gmail.com'], tags: { page_id: [page] } },
    bounce: {
      feedbackId: 'f1',
      bounceType: 'Permanent',
      bounceSubType: 'General',
      timestamp: at,
      bouncedRecipients: [{ emailAddress: 'kim@gmail.com', status: '5.7.26' }],
    },
  };
  const client = new SQSClient(clientSettings(stack.endpoints.sqs));
  const QueueUrl = `${stack.endpoints.sqs}/000000000000/IncidentFanout-EmailFeedbackQueue`;
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
  client.destroy();
}

/** Whoever has left is in neither list. */
async function stateOf({ call }: Whole, page: string, address: string): Promise<string> {
  for (const state of ['quarantined', 'active']) {
    const listed = await call(
      'GET',
      `/v1/pages/${page}/subscribers?type=email&state=${state}&q=${encodeURIComponent(address)}`,
    );
    const found = JSON.parse(String(listed)) as readonly unknown[]; // our own API's
    if (found.length > 0) return state;
  }
  return 'neither';
}

async function post(url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual' });
  expect([200, 202, 303], await response.text()).toContain(response.status);
}
