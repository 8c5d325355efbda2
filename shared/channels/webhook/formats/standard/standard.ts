import { oncePer } from '../../../once.ts';
import { isoTime } from '../../../text/utc.ts';
import { JSON_HEADERS, jsonBody, type WebhookFormat } from '../format.ts';
import { standardAbout } from './about.ts';
import { pingPayload, renderPayload } from './payload.ts';

const bytesOf = oncePer(renderPayload);

/** Standard Webhooks 1.0.0, the default: our own events, the same bytes for every endpoint. */
export const standard: WebhookFormat = {
  ...standardAbout,
  format: (announced) => ({ headers: JSON_HEADERS, body: bytesOf(announced) }),
  ping: (page, _recipient, at) => ({
    headers: JSON_HEADERS,
    body: jsonBody({ type: 'endpoint.ping', timestamp: isoTime(at), data: pingPayload(page) }),
  }),
};
