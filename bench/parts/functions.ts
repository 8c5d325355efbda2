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

/**
 * Each function as it starts: bytes of its bundle, what importing it costs over importing nothing, and what a start costs with the secrets
 * that it reads first. Without an environment the import ends where the function misses its first variable, when all of it is loaded.
 */
export const functions: Part = async ({ built, engines, quick, progress }) => {
  const starts = quick ? 3 : 15;
  const bare = { PATH: process.env['PATH'] };
  const environment = {
    ...bare,
    ...environmentOf({
      urls: engines.urls,
      channel: 'email',
      queueUrl: engines.urls.queues,
      bundles: built.bundles,
      jobExpiresSeconds: 1,
    }),
  };
  const measureStart = (url: string, env: NodeJS.ProcessEnv) =>
    Array.from({ length: starts }, () => {
      const script = `const t=performance.now(),c=process.cpuUsage();await import(${JSON.stringify(url)}).catch(e=>{if(!/^Expected the environment/.test(e.message))throw e});const d=process.cpuUsage(c);console.log(JSON.stringify([performance.now()-t,(d.user+d.system)/1000]));process.exit()`;
      const text = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        env,
        encoding: 'utf8',
      });
      return JSON.parse(text.trim().split('\n').at(-1) ?? '[]') as [number, number]; // what the script prints
    });
  const empty = median(measureStart('data:text/javascript,', bare).map(([ms]) => ms));
  const names = functionNames();
  const rows = names.map((name, index) => {
    progress('starting each function', index / names.length);
    const path = join(built.bundles, name, 'index.mjs');
    const bytes = readFileSync(path);
    const imported = measureStart(pathToFileURL(path).href, bare);
    const started = measureStart(pathToFileURL(path).href, environment);
    return {
      name,
      kb: bytes.length / 1_000,
      gzippedKb: gzipSync(bytes).length / 1_000,
      importMs: median(imported.map(([ms]) => ms)) - empty,
      startMs: median(started.map(([ms]) => ms)) - empty,
      startCpuMs: median(started.map(([, ms]) => ms)),
    };
  });
  progress('starting each function', 1);
  return {
    figures: rows,
    tables: [
      {
        id: 'functions',
        title: `Each function's bundle and start, median of ${starts}`,
        columns: ['', 'KB', 'KB gzipped', 'import ms', 'start ms', 'start CPU ms'],
        rows: rows.map(({ name, kb, gzippedKb, importMs, startMs, startCpuMs }) => [
          name,
          figure(kb),
          figure(gzippedKb),
          figure(importMs),
          figure(startMs),
          figure(startCpuMs),
        ]),
      },
    ],
  };
};
