const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Milliseconds of `rate(1 minute)`, `rate(5 minutes)`, ... `cron(...)` is an error. */
export function ratePeriodMs(expression: string): number {
  const match = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  const unitMs = UNIT_MS[match?.[2] ?? ''];
  if (match === null || unitMs === undefined) {
    throw new Error(`Expected a schedule such as "rate(1 minute)", got "${expression}"`);
  }
  return Number(match[1]) * unitMs;
}
