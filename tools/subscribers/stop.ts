/** Why a command cannot go on: said to the operator as it is, without a stack. */
export class Stop extends Error {
  override readonly name = 'Stop';
}

/** Exit codes of the command. */
export const EXIT = { done: 0, someRefused: 1, wrongFlags: 2, stopped: 3, interrupted: 130 } as const;
