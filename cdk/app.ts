import { SettingsError } from './check-settings.ts';
import { buildApp } from './compose-app.ts';
import { settings } from './settings.ts';

/** Entry point of `cdk synth` and `cdk deploy` (`cdk.json`), and of `node cdk/app.ts` with CDK_OUTDIR set. */
try {
  const { app } = await buildApp(settings);
  app.synth();
} catch (error) {
  // Faults of the operator's settings need no stack trace.
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
