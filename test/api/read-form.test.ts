import { describe, expect, it } from 'vitest';
import { readForm } from '../../shared/api/read-form.ts';
import { readJsonOrForm } from '../../shared/api/subscriber-bodies.ts';

const post = (body: string, type: string) =>
  new Request('https://fanout.example.com/', { method: 'POST', body, headers: { 'content-type': type } });

describe('a form', () => {
  it('is one however the type is written', async () => {
    const type = 'Application/X-WWW-Form-Urlencoded; charset=UTF-8';
    expect(await readJsonOrForm(post('subscribers[]=a&subscribers[]=b', type))).toEqual({
      subscribers: ['a', 'b'],
    });
  });

  it('is measured in bytes, as JSON is', async () => {
    const body = `q=${'é'.repeat(40_000)}`;
    await expect(readJsonOrForm(post(body, 'application/x-www-form-urlencoded'))).rejects.toMatchObject({
      problem: { status: 413, detail: 'Expected at most 65536 bytes, got 80002' },
    });
  });

  it('of JSON, as curl calls it, is JSON', async () => {
    expect(await readJsonOrForm(post(' {"a":1}', 'application/x-www-form-urlencoded'))).toEqual({ a: 1 });
  });

  it('with a long list is read in one go', () => {
    // A list that is copied for each entry takes a minute.
    expect(readForm('subscribers[]&'.repeat(100_000))).toMatchObject({ subscribers: { length: 100_000 } });
  });
});
