import { Stack, Validations } from 'aws-cdk-lib';
import { ConfigurationSet, ConfigurationSetTlsPolicy, SuppressionReasons } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import type { EmailSettings } from './check-settings.ts';
import type { FanoutFunction } from './function.ts';

/** Sending through SES as one verified identity, watched by a configuration set of our own. */
export class EmailSending extends Construct {
  private readonly configurationSet: ConfigurationSet;
  private readonly settings: EmailSettings;

  constructor(scope: Construct, id: string, settings: EmailSettings) {
    super(scope, id);
    this.settings = settings;
    this.configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
      // Incident news is public: better told in clear to an old mail server than not at all.
      tlsPolicy: ConfigurationSetTlsPolicy.OPTIONAL,
    });
  }

  /**
   * Lets the function send as the settings' sender; tells it how to.
   *
   * SES checks a SendBulkEmail twice: as that, and as the action of its first API, `ses:SendBulkTemplatedEmail`. AWS's
   * reference names only the one; senders who were refused name both (django-anymail, `docs/esps/amazon_ses.rst`).
   */
  openSending(fn: FanoutFunction): void {
    const { from, identity, replyTo, postalAddress } = this.settings;
    const name = this.configurationSet.configurationSetName;
    fn.tell({
      [ENV.emailFrom]: from,
      [ENV.emailConfigurationSet]: name,
      ...(replyTo && { [ENV.emailReplyTo]: replyTo }),
      ...(postalAddress && { [ENV.emailPostalAddress]: postalAddress }),
    });
    fn.allow(
      ['ses:SendBulkEmail', 'ses:SendBulkTemplatedEmail'],
      [this.arn('identity', identity), this.arn('configuration-set', name)],
    );
  }

  /** Lets the function ask SES whether it answers, and tells it what to do with a mail that may have gone out. */
  openAsking(fn: FanoutFunction): void {
    fn.tell({ [ENV.emailOnDoubt]: this.settings.onDoubt });
    fn.allow(['ses:GetAccount'], ['*']);
    Validations.of(fn).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ses:GetAccount, which tells the sending rate and whether SES answers, knows no resources.',
    });
  }

  private arn(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
  }
}
