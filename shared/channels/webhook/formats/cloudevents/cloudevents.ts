import type { Page } from '../../../../domain/page.ts';
import { oncePer } from '../../../once.ts';
import { isoTime } from '../../../text/utc.ts';
import { type Announced, jsonBody, type WebhookFormat } from '../format.ts';
import { payload, pingPayload } from '../standard/payload.ts';
import { cloudEventsAbout } from './about.ts';

const HEADERS = { 'content-type': 'application/cloudevents+json; charset=utf-8' } as const;

/** Reverse domain name of the product, as the specification asks for types. */
const TYPE_PREFIX = 'org.incident-fanout.';

/** Receivers are promised less than this (docs/webhooks.md), the envelope included. */
const LONGEST = 64 * 1024;

const bytesOf = oncePer((announced: Announced) => {
  const whole = jsonBody(event(announced, false));
  return whole.length < LONGEST ? whole : jsonBody(event(announced, true));
});

/**
 * CloudEvents 1.0.2, structured mode. `source` and `id` name the update, so they are the same for every endpoint and every attempt;
 * `sequence` is the extension of that name, of six digits so that it compares as text.
 * (Source: cloudevents/spec, spec.md, http-protocol-binding.md, http-webhook.md, extensions/sequence.md.)
 */
export const cloudEvents: WebhookFormat = {
  ...cloudEventsAbout,
  asksByOptions: true,
  format: (announced) => ({ headers: HEADERS, body: bytesOf(announced) }),
  ping: (page, { delivery }, at) => ({
    headers: HEADERS,
    body: jsonBody({
      ...attributes(page, delivery, 'endpoint.ping', isoTime(at)),
      data: pingPayload(page),
    }),
  }),
};

function event(announced: Announced, cut: boolean) {
  const { page, incident, update } = announced;
  const { type, timestamp, data } = payload(announced, cut);
  return {
    ...attributes(page, update.id, type, timestamp),
    subject: incident.id,
    sequence: String(update.sequence).padStart(6, '0'),
    data,
  };
}

function attributes({ id: page, url }: Page, id: string, type: string, time: string) {
  return {
    specversion: '1.0',
    id,
    source: URL.parse(url)?.href ?? `/pages/${page}`,
    type: `${TYPE_PREFIX}${type}`,
    time,
    datacontenttype: 'application/json',
  };
}
