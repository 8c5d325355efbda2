import { WebAPIRequestError } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { classifyRequest } from '../../shared/channels/email/classify.ts';
import { classify as classifySlack } from '../../shared/channels/slack/classify.ts';
import { classify as classifySms } from '../../shared/channels/sms/classify.ts';

/** How each client hands over what its socket said. */
const CHANNELS: Readonly<Record<string, (socket: Error) => string>> = {
  email: (socket) => classifyRequest(Object.assign(socket, { $metadata: {} })).kind,
  sms: (socket) => classifySms(socket, 0).kind,
  slack: (socket) => classifySlack(new WebAPIRequestError(socket)).kind,
};

/** What a socket may say, and whether anything can have been processed by then. (Reference, channels 0.2.) */
const SAID: Readonly<Record<string, readonly string[]>> = {
  // Surely not sent: the whole channel waits a moment.
  backoff: [
    ...['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'CONNECT_TIMEOUT'],
    ...['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ],
  inDoubt: ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_SOCKET_OF_TOMORROW'],
};

describe.each(Object.keys(CHANNELS))('%s', (channel) => {
  const cases = Object.entries(SAID).flatMap(([kind, codes]) => codes.map((code) => [code, kind] as const));
  it.each(cases)('%s is %s', (code, kind) => {
    const socket = () => Object.assign(new Error('x'), { code });
    expect(CHANNELS[channel]?.(socket())).toBe(kind);
    // Clients wrap errors; whatever they say themselves, the socket knows better.
    expect(CHANNELS[channel]?.(Object.assign(new Error('outer', { cause: socket() })))).toBe(kind);
  });
});
