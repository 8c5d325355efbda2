import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { functionNames } from '../../cdk/bundles.ts';
import { environmentOf } from '../contenders/environment.ts';
import { median } from '../report/median.ts';
import { figure } from '../report/table.ts';
import type { Part } from './part.ts';

/** Each function as it starts: bytes of its bundle, and what importing it costs over importing nothing. */
export const functions: Part = async ({ built, engines, quick, progress }) => {
  const starts = quick ? 3 : 15;
  const environment = {
    PATH: process.env['PATH'],
    ...environmentOf({
      urls: engines.urls,
      channel: 'email',
      queueUrl: engines.urls.queues,
      bundles: built.bundles,
      jobExpiresSeconds: 1,
    }),
  };
  const measureStart = (url: string) =>
    Array.from({ length: starts }, () => {
      const script = `const t=performance.now(),c=process.cpuUsage();await import(${JSON.stringify(url)});const d=process.cpuUsage(c);console.log(JSON.stringify([performance.now()-t,(d.user+d.system)/1000]));process.exit()`;
      const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        env: environment,
        encoding: 'utf8',
      });
      return JSON.parse(text.trim().split('\n').at(-1) ?? '[]') as [number, number]; // what the script prints
    });
  const empty = median(measureStart('data:text/javascript,').map(([ms]) => ms));
  const names = functionNames();
  const rows = names.map((name, index) => {
    progress('starting each function', index / names.length);
    const path = join(built.bundles, name, 'index.mjs');
    const bytes = readFileSync(path);
    const measured = measureStart(pathToFileURL(path).href);
    return {
      name,
      kb: bytes.length / 1_000,
      gzippedKb: gzipSync(bytes).length / 1_000,
      importMs: median(measured.map(([ms]) => ms)) - empty,
      cpuMs: median(measured.map(([, ms]) => ms)),
    };
  });
  progress('starting each function', 1);
  return {
    figures: rows,
    tables: [
      {
        id: 'functions',
        title: `Each function's bundle and start, median of ${starts}`,
        columns: ['', 'KB', 'KB gzipped', 'start ms', 'start CPU ms'],
        rows: rows.map(({ name, kb, gzippedKb, importMs, cpuMs }) => [
          name,
          figure(kb),
          figure(gzippedKb),
          figure(importMs),
          figure(cpuMs),
        ]),
      },
    ],
  };
};
