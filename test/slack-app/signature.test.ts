import { describe, expect, it } from 'vitest';
import { isSignedBySlack } from '../../shared/slack-app/signature.ts';

/** The example of Slack's documentation, recomputed. */
const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const TIMESTAMP = '1531420618';
const NOW = 1_531_420_618_000;
const SIGNATURE = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
const BODY = [
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V',
  '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=',
  '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN',
  '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
].join('');

const bytes = (text: string) => new TextEncoder().encode(text);
const signed = { signature: SIGNATURE, timestamp: TIMESTAMP };

describe('the signature', () => {
  it("of Slack's example is right", () => {
    expect(isSignedBySlack(SECRET, signed, bytes(BODY), NOW)).toBe(true);
  });

  it('of 200 mutants is wrong: a bit of the body, of the signature, of the time, or of the secret', () => {
    const accepted: number[] = [];
    for (let mutant = 0; mutant < 200; mutant++) {
      const flip = (text: string) => {
        const at = (mutant * 7) % text.length;
        const code = text.charCodeAt(at) ^ (1 << (mutant % 3));
        return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
      };
      const [body, signature, timestamp, secret] = [BODY, SIGNATURE, TIMESTAMP, SECRET].map((text, index) =>
        mutant % 4 === index ? flip(text) : text,
      );
      const by = { signature: signature ?? '', timestamp: timestamp ?? '' };
      if (isSignedBySlack(secret ?? '', by, bytes(body ?? ''), NOW)) accepted.push(mutant);
    }
    expect(accepted).toEqual([]);
  });

  it.each([
    ['five minutes old', 300_000, true],
    ['older', 301_000, false],
    ['five minutes ahead', -300_000, true],
    ['further ahead', -301_000, false],
  ])('%s', (_, age, ok) => {
    expect(isSignedBySlack(SECRET, signed, bytes(BODY), NOW + age)).toBe(ok);
  });

  it.each([
    ['', TIMESTAMP],
    [SIGNATURE.slice(0, -1), TIMESTAMP],
    [`${SIGNATURE}0`, TIMESTAMP],
    [SIGNATURE.toUpperCase(), TIMESTAMP],
    [SIGNATURE, ''],
    [SIGNATURE, 'NaN'],
    [SIGNATURE, `${TIMESTAMP} `],
    [SIGNATURE, '1e9'],
  ])('%j at %j is wrong', (signature, timestamp) => {
    expect(isSignedBySlack(SECRET, { signature, timestamp }, bytes(BODY), NOW)).toBe(false);
  });

  it('with an empty secret is refused as a bug', () => {
    expect(() => isSignedBySlack('', signed, bytes(BODY), NOW)).toThrow('signing secret');
  });
});
