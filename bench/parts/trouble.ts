import { CONTENDERS } from '../contenders/contenders.ts';
import { figure } from '../report/table.ts';
import { DidNotFinish } from '../session/in-time.ts';
import { openSession } from '../session/session.ts';
import type { Trouble } from '../session/trouble.ts';
import type { Part } from './part.ts';

/**
 * At four times the speed the product's grace is over in half a minute, and reading whether a window's recipients have left, which must
 * be done within a second of its clock, is still done in time by engines that share two cores with everybody else.
 */
const TROUBLE: Trouble = { repeatEvery: 3, kills: 5, seed: 1, clockSpeed: 4, quietMs: 20_000 };

/** What a provider's call takes: most of the time of a sender, so that most kills fall into a call. */
const LATENCY_MS = 20;

const LIMIT_MS = 300_000;

/** What repeated messages and crashes come to: who is told twice, who is never told, and whether anybody says so. */
export const trouble: Part = async ({ engines, built, postgresUrl, quick, progress }) => {
  const rows = quick ? 500 : 3_000;
  const plan = quick ? { ...TROUBLE, kills: 2 } : TROUBLE;
  const found: { title: string; repeated: number; lost: number; counted: string }[] = [];
  const unfinished: string[] = [];
  for (const contender of CONTENDERS) {
    if (contender.name === 'postgres' && postgresUrl === undefined) continue;
    const clockSpeed = contender.ownClock ? plan.clockSpeed : 1;
    await engines.setRules({ latencyMs: LATENCY_MS, clockSpeed });
    const session = await openSession({
      engines,
      built,
      contender,
      rows,
      trouble: plan,
      limitMs: LIMIT_MS,
      postgresUrl,
      onProgress: (told) => progress(`${contender.title}, in trouble`, told / rows),
    });
    try {
      const { repeated, lost, closing } = await session.run();
      const counted = contender.closes ? readReceipt(closing) : 'nothing';
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
        title: `With trouble: ${figure(rows)} subscribers, messages repeated, a sender killed ${plan.kills} times`,
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

/** What the product says when it closes the receipt. */
function readReceipt(line: string | undefined): string {
  if (line === undefined) return 'the receipt is still open';
  const { told = 0, resent = 0, inDoubt = 0 }: Record<string, number> = JSON.parse(line);
  return `${figure(told)} told, of which ${figure(resent)} were in doubt and sent again; ${figure(inDoubt)} left in doubt`;
}
