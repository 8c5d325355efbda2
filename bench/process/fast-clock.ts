/**
 * Loaded before a contender: its clock runs `BENCH_CLOCK_SPEED` times as fast from the moment that all processes share, the
 * beginning of the current hour. Timers, sockets and the engines keep their pace.
 */
const speed = Number(process.env['BENCH_CLOCK_SPEED']);
const realNow = Date.now.bind(Date);
const HOUR = 3_600_000;
const origin = Math.floor(realNow() / HOUR - 12) * HOUR;
const fastNow = () => Math.floor(origin + (realNow() - origin) * speed);

const RealDate = Date;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: number[]) =>
    args.length === 0 ? new target(fastNow()) : Reflect.construct(target, args),
  get: (target, name) => (name === 'now' ? fastNow : Reflect.get(target, name)),
});
