import { join } from 'node:path';
import { Annotations, App, DefaultStackSynthesizer, type IStackSynthesizer, Validations } from 'aws-cdk-lib';
import { ASSET_RESOURCE_METADATA_ENABLED_CONTEXT, PATH_METADATA_ENABLE_CONTEXT } from 'aws-cdk-lib/cx-api';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Bundles, bundleFunctions } from './bundles.ts';
import { checkSettings, type Settings } from './check-settings.ts';
import { IncidentFanoutStack } from './stack.ts';

export interface ComposedApp {
  readonly app: App;
  readonly stack: IncidentFanoutStack;
}

export interface ComposeOptions {
  /** Where the assembly is written. Without it: CDK_OUTDIR, or a temporary directory. */
  readonly outdir?: string;
  /** Whether CDK checks the template against CloudFormation's schemas, which takes 1.5 s. On unless said otherwise. */
  readonly checkSchemas?: boolean;
}

export const STACK_NAME = 'IncidentFanout';

/** Whatever shapes the template is said here and not in `cdk.json`: every way of synthesizing gives the same one. */
const CONTEXT = {
  ...recommendedFlags,
  [ASSET_RESOURCE_METADATA_ENABLED_CONTEXT]: true,
  [PATH_METADATA_ENABLE_CONTEXT]: true,
};

/** The app with bundles made anew, in its output directory. Rejects with a `SettingsError` before anything is built. */
export async function buildApp(settings: Settings, options: ComposeOptions = {}): Promise<ComposedApp> {
  const checked = checkSettings(settings);
  const app = newApp(options);
  return { app, stack: addStack(app, checked, await bundleFunctions(join(app.outdir, 'bundles'))) };
}

/**
 * The app with its one stack around bundles made earlier, ready to synthesize. Synthesis fails on every finding of the
 * AwsSolutions rules that no construct answers with a reason.
 *
 * The template holds no custom resource, condition, parameter or import, and says which bundle belongs to which
 * function (`aws:asset:path`): the laptop stack runs what it reads there.
 */
export function composeApp(settings: Settings, bundles: Bundles, options: ComposeOptions = {}): ComposedApp {
  const checked = checkSettings(settings);
  const app = newApp(options);
  return { app, stack: addStack(app, checked, bundles) };
}

function newApp({ outdir, checkSchemas }: ComposeOptions): App {
  const app = new App({
    analyticsReporting: false,
    postCliContext: CONTEXT,
    builtinCloudFormationValidation: checkSchemas ?? true,
    ...(outdir !== undefined && { outdir }),
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

function addStack(app: App, settings: Settings, bundles: Bundles): IncidentFanoutStack {
  const stack = new IncidentFanoutStack(app, STACK_NAME, {
    settings,
    bundles,
    description: 'incident-fanout: tells subscribers of a status page about every update of an incident',
    // Safe: aws-cdk-lib's own class and interface differ only under `exactOptionalPropertyTypes`.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
  });
  if (settings.email.from.endsWith('@example.com>')) {
    Annotations.of(stack).addWarningV2(
      'incident-fanout:example-sender',
      'cdk/settings.ts still names a sender at example.com: SES will refuse every email. Edit it before you deploy.',
    );
  }
  return stack;
}
