import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { STACK_NAME } from '../../cdk/compose-app.ts';

const outdir = mkdtempSync(join(tmpdir(), 'incident-fanout-app-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

describe('node cdk/app.ts', () => {
  it('writes the assembly that the CDK CLI and the laptop stack read, and CloudFormation accepts its schemas', () => {
    const { status, stderr } = spawnSync(process.execPath, ['cdk/app.ts'], {
      cwd: resolve(import.meta.dirname, '../..'),
      env: { ...process.env, CDK_OUTDIR: outdir },
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    expect(existsSync(join(outdir, `${STACK_NAME}.template.json`))).toBe(true);
    const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
    const plugins = report.pluginReports.map((entry: { pluginName: string }) => entry.pluginName);
    // Whatever is reported, it is no more than the reminder that the sender is still the example's.
    expect(plugins.filter((plugin: string) => plugin !== 'Construct Annotations')).toEqual([]);
  });
});
