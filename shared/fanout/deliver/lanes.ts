import type { Doorbell } from '../../domain/doorbell.ts';
import type { Instant, Millis } from '../../domain/time.ts';
import type { Answer } from './answer.ts';

/** What came of a doorbell, and doorbells of further chunks that were begun on the way. */
export type Answered = Came & { readonly onTheWay?: readonly Further[] };

export type Came =
  | Answer
  | { readonly kind: 'trouble'; readonly error: unknown }
  | { readonly kind: 'bug'; readonly error: unknown };

interface Further {
  readonly doorbell: Doorbell;
  readonly afterMs: Millis;
}

/** What one invocation works on side by side: `most` chunks, none of them twice at a time, and what came of each. */
export interface Lanes {
  visit(doorbell: Doorbell): void;
  /** The next chunk at or after `chunk` that this invocation has not gone to by itself. */
  takeNext(doorbell: Doorbell, chunk: number): Doorbell | undefined;
  /** A chunk that was to come back by now: an invocation may go on long after it has answered a doorbell. */
  takeDue(): Doorbell | undefined;
  /** Opens one more lane, where there may be more. */
  open(): boolean;
  close(): void;
  /** Keeps what came of a doorbell, in place of what came of it before. `via`: the message that it is due to. */
  keep(doorbell: Doorbell, came: Came, via: Doorbell): void;
  /** What came of a doorbell in the end. Waits count from now. */
  answer(doorbell: Doorbell): Answered;
}

interface Kept {
  readonly came: Came;
  readonly at: Instant;
  readonly via: Doorbell;
}

const nameOf = ({ page, update, channel }: Doorbell, chunk: number) =>
  `${page}#${update}#${channel}#${chunk}`;

export function lanesOf(most: number, now: () => Instant): Lanes {
  const gone = new Set<string>();
  const kept = new Map<Doorbell, Kept>();
  let extra = 0;

  const waitOf = ({ came, at }: Kept): Millis | undefined =>
    came.kind === 'ringAgain' ? Math.max(0, came.afterMs - (now() - at)) : undefined;

  return {
    visit(doorbell) {
      gone.add(nameOf(doorbell, doorbell.chunk));
    },
    takeNext(doorbell, from) {
      for (let chunk = from; chunk < doorbell.of; chunk++) {
        const name = nameOf(doorbell, chunk);
        if (gone.has(name)) continue;
        gone.add(name);
        return { ...doorbell, chunk };
      }
      return undefined;
    },
    takeDue() {
      for (const [doorbell, one] of kept) {
        if (waitOf(one) !== 0) continue;
        kept.delete(doorbell);
        return doorbell;
      }
      return undefined;
    },
    open() {
      if (extra + 1 >= most) return false;
      extra++;
      return true;
    },
    close() {
      extra--;
    },
    keep(doorbell, came, via) {
      kept.set(doorbell, { came, at: now(), via });
    },
    answer(doorbell) {
      const onTheWay: Further[] = [];
      for (const [further, one] of kept) {
        const afterMs = waitOf(one);
        if (further !== doorbell && one.via === doorbell && afterMs !== undefined) {
          onTheWay.push({ doorbell: further, afterMs });
        }
      }
      const own = kept.get(doorbell);
      if (own === undefined) throw new Error(`Expected an answer for chunk ${doorbell.chunk}, got none`);
      const afterMs = waitOf(own);
      return {
        ...own.came,
        ...(afterMs !== undefined && { afterMs }),
        ...(onTheWay.length > 0 && { onTheWay }),
      } as Answered; // `afterMs` is set only where there was one
    },
  };
}
