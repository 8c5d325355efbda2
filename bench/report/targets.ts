import type { Figures } from '../session/figures.ts';
import type { Results } from './results.ts';
import { figure, type Table } from './table.ts';

/** The targets beside what was measured, from the saved results; parts that were not run have no line. */
export function targets({ parts }: Results): Table {
  // What each part puts into its `figures`.
  const compare = parts['compare']?.figures as
    | { figures: Figures; calls: number; cost: number }[]
    | undefined;
  const sizes = (parts['sizes']?.figures as { sizes: Figures[] } | undefined)?.sizes;
  const functions = parts['functions']?.figures as
    | { name: string; kb: number; importMs: number }[]
    | undefined;
  const pace = parts['pace']?.figures as
    | (Figures & { channel: string; rate: number; limit: number; allowed: number })[]
    | undefined;
  const lines: (readonly [what: string, target: string, measured: string, met: boolean])[] = [];

  const large = compare?.[0];
  if (large) {
    const { figures: f, calls, cost } = large;
    const size = figure(f.rows);
    const cpu = (f.planCpuMs + f.sendCpuMs) / f.told;
    const writes = f.aws.writeUnits / f.told;
    lines.push(
      [`AWS calls per email, ${size} subscribers`, '<= 0.07', figure(calls), calls <= 0.07],
      [`DynamoDB write units per email, ${size}`, '<= 0.03', figure(writes), writes <= 0.03],
      [`AWS cost of a million emails, list price, ${size}`, '<= $0.06', `$${figure(cost)}`, cost <= 0.06],
      [`CPU per email, ${size}`, '<= 0.1 ms', `${figure(cpu)} ms`, cpu <= 0.1],
      [`emails per second, ${size}`, '>= 10,000', figure(f.perSecond), f.perSecond >= 10_000],
    );
  }
  for (const [rows, limitMs] of [
    [100_000, 60],
    [1_000_000, 600],
  ] as const) {
    const size = sizes?.find((one) => one.rows === rows);
    if (size === undefined) continue;
    const { planMs } = size;
    lines.push([
      `planning ${figure(rows)} subscribers`,
      `<= ${limitMs} ms`,
      `${figure(planMs)} ms`,
      planMs <= limitMs,
    ]);
  }
  if (sizes) {
    const peaks = sizes.map(({ peakRssMb }) => peakRssMb);
    const text = peaks.map((peak) => figure(peak)).join(', ');
    lines.push(['memory of a sender by size', 'flat, <= 150 MB', `${text} MB`, Math.max(...peaks) <= 150]);
  }
  if (functions) {
    const over = (what: readonly string[]) => (what.length === 0 ? 'all' : `all but ${what.join(', ')}`);
    const large = functions
      .filter(({ name, kb }) => kb > (name === 'deliver-sms' ? 500 : 350))
      .map(({ name }) => name);
    const slow = functions.filter(({ importMs }) => importMs > 60).map(({ name }) => name);
    lines.push(
      ['bundle of each function', '<= 350 KB', over(large), large.length === 0],
      ['import of each function', '<= 60 ms', over(slow), slow.length === 0],
    );
  }
  for (const { channel, rate, limit, allowed, throttledCalls, aws } of pace ?? []) {
    const calls = (aws.calls['ses.SendBulkEmail'] ?? 0) + (aws.calls['twilio.Messages'] ?? 0);
    const [used, refused] = [(rate / allowed) * 100, (throttledCalls / calls) * 100];
    lines.push([
      `of the rate it is paced to, ${channel}, provider takes ${figure(limit)} a second`,
      '>= 95 %, <= 1 % refused',
      `${figure(used)} %, ${figure(refused)} %`,
      used >= 95 && refused <= 1,
    ]);
  }
  return {
    id: 'targets',
    title: 'Targets',
    columns: ['', 'target', 'measured', ''],
    rows: lines.map(([what, target, measured, met]) => [what, target, measured, met ? 'met' : '**missed**']),
  };
}

/** Ours at the larger size, operation by operation. */
export function operations({ parts }: Results): Table {
  const compare = parts['compare']?.figures as { figures: Figures }[] | undefined; // as above
  const pace = parts['pace']?.figures as (Figures & { limit: number; channel: string })[] | undefined;
  const paced = pace?.filter(({ channel }) => channel === 'email').at(-1);
  const columns = [
    compare?.[0] && { title: `${figure(compare[0].figures.rows)} subscribers`, of: compare[0].figures },
    paced && { title: `${figure(paced.rows)}, paced to ${figure(paced.limit)} a second`, of: paced },
  ].filter((column) => column !== undefined);
  const names = [...new Set(columns.flatMap(({ of }) => Object.keys(of.aws.calls)))].sort();
  return {
    id: 'operations',
    title: 'Calls of each operation per email',
    columns: ['', ...columns.map(({ title }) => title)],
    rows: names.map((name) => [
      name,
      ...columns.map(({ of }) => figure((of.aws.calls[name] ?? 0) / of.told)),
    ]),
  };
}
