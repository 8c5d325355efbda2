import { CONTENDERS } from '../contenders/contenders.ts';
import { figure } from '../report/table.ts';
import { DidNotFinish, openSession, type Trouble } from '../session.ts';
import type { Part } from './part.ts';

/** The same for everybody: every third batch handed to two senders at once, and a sender killed in the middle of its work. */
const TROUBLE: Trouble = { repeatEvery: 3, crashes: 1, clockSpeed: 20, quietMs: 14_000 };

/** What repeated messages and a crash come to: who is told twice, who is never told, and whether anybody says so. */
export const trouble: Part = async ({ engines, built, postgresUrl, quick, progress }) => {
  const rows = quick ? 500 : 2_000;
  const found: { title: string; repeated: number; lost: number; counted: string }[] = [];
  const unfinished: string[] = [];
  for (const contender of CONTENDERS) {
    if (contender.name === 'postgres' && postgresUrl === undefined) continue;
    await engines.setRules({ latencyMs: 0, clockSpeed: contender.ownClock ? TROUBLE.clockSpeed : 1 });
    const session = await openSession({
      engines,
      built,
      contender,
      rows,
      trouble: TROUBLE,
      postgresUrl,
      onProgress: (told) => progress(`${contender.title}, in trouble`, told / rows),
    });
    try {
      const { repeated, lost, sweepLines } = await session.run();
      const counted = contender.name === 'ours' ? readReceipt(sweepLines) : 'nothing';
      found.push({ title: contender.title, repeated, lost, counted });
    } catch (error) {
      if (!(error instanceof DidNotFinish)) throw error;
      unfinished.push(contender.title);
    } finally {
      progress(`${contender.title}, in trouble`, 1);
      await session.close();
      await engines.setRules({ latencyMs: 0 });
    }
  }
  return {
    figures: found,
    tables: [
      {
        id: 'trouble',
        title: `With trouble: ${figure(rows)} subscribers, messages repeated, one sender killed`,
        columns: ['', 'told twice', 'never told', 'what its own records say of that'],
        rows: found.map(({ title, repeated, lost, counted }) => [
          title,
          figure(repeated),
          figure(lost),
          counted,
        ]),
        notes: unfinished.map((title) => `${title}: did not finish.`),
      },
    ],
  };
};

/** The line that the sweeper writes when it closes a receipt. */
function readReceipt(lines: readonly string[]): string {
  const closed = lines
    .filter((line) => line.includes('"receipt.closed"'))
    .map((line): { resent?: number; inDoubt?: number } => JSON.parse(line))
    .at(-1);
  if (closed === undefined) return 'the receipt is still open';
  return `${figure(closed.resent ?? 0)} sent again, ${figure(closed.inDoubt ?? 0)} in doubt`;
}
