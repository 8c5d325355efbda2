import type { Terminal } from './terminal.ts';
import type { Verdict } from './verdict.ts';

/** More sentences than this say nothing new. */
const FAULTS_SHOWN = 20;

/** The verdict in words. */
export function verdictLines(verdict: Verdict, style: Terminal['style']): readonly string[] {
  const say = (count: number, good: string, bad: string): string =>
    count === 0
      ? `  ${style('green', '✔')} ${good}`
      : `  ${style('red', '✘')} ${count.toLocaleString('en')} ${bad}`;
  const { faults } = verdict;
  return [
    say(verdict.duplicates, 'Nobody was told twice', 'messages told somebody what they had been told'),
    ...(verdict.repeats > 0
      ? [
          `    but ${verdict.repeats.toLocaleString('en')} again after a call without an answer: endpoints under the same id, emails once`,
        ]
      : []),
    say(verdict.missed, 'Nobody was missed', 'deliveries are missing'),
    say(
      verdict.outsideAudience,
      'Nobody else was told',
      'messages went to somebody whom they did not concern',
    ),
    say(
      verdict.inversions,
      'Nobody was told of an older update after a newer one',
      'messages came out of order',
    ),
    say(faults.length, 'Every receipt is complete and its numbers add up', 'faults in the receipts:'),
    ...faults.slice(0, FAULTS_SHOWN).map((fault) => `      ${fault}`),
    ...(faults.length > FAULTS_SHOWN ? [`      and ${faults.length - FAULTS_SHOWN} more`] : []),
  ];
}
