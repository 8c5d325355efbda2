import { CHANNELS } from './channel.ts';
import { ENDS, type Receipt, type Tally } from './receipt.ts';

const HEADINGS: Record<(typeof ENDS)[number], string> = {
  told: 'told',
  failed: 'failed',
  retrying: 'retrying',
  superseded: 'superseded',
  suppressed: 'suppressed',
  inDoubt: 'in doubt',
};

const NAME_WIDTH = 8;
const MATCHED_WIDTH = 9;

/**
 * A receipt as a table whose lines are sums from left to right and whose columns are sums from top to bottom:
 *
 *           matched     told     failed     retrying     superseded     suppressed     in doubt
 * email       1,020 =  1,020 +        0 +          0 +            0 +            0 +          0
 * ...
 * total       1,257 =  1,250 +        3 +          0 +            4 +            0 +          0
 */
export function receiptTable(
  receipt: Receipt,
  style: (name: 'bold' | 'dim', text: string) => string,
): string[] {
  const line = (name: string, tally: Tally): string =>
    cells(
      name,
      number(tally.matched),
      ENDS.map((end) => number(tally[end])),
      ['=', '+'],
    );
  const head = cells(
    '',
    'matched',
    ENDS.map((end) => HEADINGS[end]),
    [' ', ' '],
  );
  const channels = CHANNELS.flatMap((channel) => {
    const tally = receipt.channels[channel];
    return tally ? [line(channel, tally)] : [];
  });
  return [
    style('dim', head),
    ...channels,
    style('dim', '─'.repeat(head.length)),
    style('bold', line('total', receipt)),
    ...(receipt.resent
      ? [`${number(receipt.resent)} of the told were sent again after a call without an answer`]
      : []),
  ];
}

function cells(
  name: string,
  matched: string,
  ends: readonly string[],
  [equals, plus]: readonly [string, string],
): string {
  const columns = ENDS.map((end, place) => (ends[place] ?? '').padStart(HEADINGS[end].length + 3));
  return `${name.padEnd(NAME_WIDTH)}${matched.padStart(MATCHED_WIDTH)} ${equals}${columns.join(` ${plus}`)}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
