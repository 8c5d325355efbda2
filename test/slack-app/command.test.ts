import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../shared/slack-app/command.ts';
import { findNames } from '../../shared/slack-app/component-names.ts';
import { picker } from '../../shared/slack-app/picker.ts';
import { PAGE } from './world.ts';

const page = { ...PAGE, id: 'batch' };

describe('a command', () => {
  it.each([
    ['', { kind: 'help' }],
    ['  HELP ', { kind: 'help' }],
    ['subscribe', { kind: 'subscribe', names: [], all: false }],
    ['Subscribe all', { kind: 'subscribe', names: [], all: true }],
    ['subscribe Push API, Dashboard', { kind: 'subscribe', names: ['Push API', 'Dashboard'] }],
    ['subscribe "Push, API" , ,Dashboard,', { kind: 'subscribe', names: ['Push, API', 'Dashboard'] }],
    ['subscribe “Push API”', { kind: 'subscribe', names: ['Push API'] }],
    ['stop', { kind: 'unsubscribe', names: [] }],
    ['unsubscribe Dashboard', { kind: 'unsubscribe', names: ['Dashboard'] }],
    ['list --page batch', { kind: 'list', page: 'batch', names: [] }],
    ['subscribe —page batch Push API', { kind: 'subscribe', page: 'batch', names: ['Push API'] }],
    ['subscribe Push API --page=batch', { kind: 'subscribe', page: 'batch', names: ['Push API'] }],
    ['current', { kind: 'current' }],
    ['toString', { fault: 'unknownWord', got: 'toString' }],
    ['subscrib', { fault: 'unknownWord', got: 'subscrib' }],
    ['list --page a#b', { fault: 'pageId', got: 'a#b' }],
  ])('%j', (text, parsed) => {
    expect(parseCommand(text)).toMatchObject(parsed);
  });

  it('of 50 kB is read at once', () => {
    const startedAt = performance.now();
    for (const text of ['"'.repeat(50_000), ','.repeat(50_000), `subscribe ${' '.repeat(50_000)}x`]) {
      parseCommand(text);
    }
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('names', () => {
  it.each([
    [['push api'], { components: ['push-api'], groups: [], unknown: [] }],
    [['push-api', 'PUSH  API'], { components: ['push-api'] }],
    [['APIs'], { components: [], groups: ['apis'] }],
    [['APIs / REST API'], { components: ['rest-api'], groups: [] }],
    [['Pusch API'], { components: [], unknown: [{ name: 'Pusch API', close: ['Push API'] }] }],
    [['dash'], { unknown: [{ name: 'dash', close: ['Dashboard'] }] }],
    [['Billing'], { unknown: [{ name: 'Billing', close: [] }] }],
  ])('%j', (typed, found) => {
    expect(findNames(page, typed)).toMatchObject(found);
  });
});

describe('the picker', () => {
  it("keeps Slack's limits on a page of 2,000 components, and shows what is chosen", () => {
    const components = Array.from({ length: 2_000 }, (_, index) => ({
      id: `c${index}`,
      name: `Component ${index} ${'x'.repeat(100)}`,
      ...(index < 300 && { group: { id: 'big', name: 'Big '.repeat(50) } }),
    }));
    const scope = { kind: 'selection', components: ['c5', 'gone'], groups: ['big'], incidents: [] } as const;
    const { blocks = [] } = picker({ ...page, components }, scope);
    const input = blocks.find((block) => 'element' in block);
    const { element } = input as unknown as {
      element: {
        option_groups: { label: { text: string }; options: { text: { text: string }; value: string }[] }[];
        initial_options: { value: string }[];
      };
    }; // the picker's own block
    expect(element.option_groups.length).toBeLessThanOrEqual(100);
    for (const { label, options } of element.option_groups) {
      expect(options.length).toBeLessThanOrEqual(100);
      expect(label.text.length).toBeLessThanOrEqual(75);
      for (const { text, value } of options) {
        expect(text.text.length).toBeLessThanOrEqual(75);
        expect(value.length).toBeLessThanOrEqual(75);
      }
    }
    expect(element.option_groups.flatMap(({ options }) => options)).toHaveLength(2_001);
    expect(element.initial_options.map(({ value }) => value).toSorted()).toEqual(['c:c5', 'g:big']);
  });
});
