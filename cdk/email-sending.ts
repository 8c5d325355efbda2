import { Stack, Validations } from 'aws-cdk-lib';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailSendingEvent,
  EventDestination,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import type { EmailSettings } from './check-settings.ts';
import type { FanoutFunction } from './function.ts';

/**
 * What SES tells of. Neither SEND nor DELIVERY: one event per mail would cost more than all else that a mail costs, and
 * nothing here would do anything else for it (docs/decisions/0028). No opens and clicks: nobody is watched.
 */
const REPORTED = [
  EmailSendingEvent.BOUNCE,
  EmailSendingEvent.COMPLAINT,
  EmailSendingEvent.DELIVERY_DELAY,
  EmailSendingEvent.REJECT,
  EmailSendingEvent.RENDERING_FAILURE,
];

/**
 * Sending through SES as one verified identity, watched by configuration sets of our own: one for news, one for letters
 * about subscriptions. Letters also go to addresses that once bounced: whoever signs up again has to be asked.
 */
export class EmailSending extends Construct {
  private readonly news: ConfigurationSet;
  private readonly letters: ConfigurationSet;
  private readonly settings: EmailSettings;

  constructor(scope: Construct, id: string, settings: EmailSettings) {
    super(scope, id);
    this.settings = settings;
    this.news = this.create('ConfigurationSet', SuppressionReasons.BOUNCES_AND_COMPLAINTS);
    this.letters = this.create('LetterConfigurationSet', SuppressionReasons.COMPLAINTS_ONLY);
  }

  /**
   * Lets the function send as the settings' sender; tells it how to.
   *
   * SES checks a SendBulkEmail twice: as that, and as the action of its first API, `ses:SendBulkTemplatedEmail`. AWS's
   * reference names only the one; senders who were refused name both (django-anymail, `docs/esps/amazon_ses.rst`).
   */
  openSending(fn: FanoutFunction): void {
    const { from, identity, replyTo, postalAddress } = this.settings;
    const name = this.news.configurationSetName;
    fn.tell({
      [ENV.emailFrom]: from,
      [ENV.emailConfigurationSet]: name,
      ...(replyTo && { [ENV.emailReplyTo]: replyTo }),
      ...(postalAddress && { [ENV.emailPostalAddress]: postalAddress }),
    });
    fn.allow(SEND, [this.arn('identity', identity), this.arn('configuration-set', name)]);
  }

  /** Lets the function, which can send, send letters too, and take an address whose owner has confirmed off SES's list. */
  openLetters(fn: FanoutFunction): void {
    const name = this.letters.configurationSetName;
    fn.tell({ [ENV.emailLetterConfigurationSet]: name });
    fn.allow(SEND, [this.arn('configuration-set', name)]);
    fn.allow(['ses:DeleteSuppressedDestination'], ['*']);
    Validations.of(fn).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ses:DeleteSuppressedDestination knows no resources: the list is one for the account.',
    });
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

  /** Has SES report to this topic. It alone may publish there, and for these configuration sets only. */
  reportTo(topic: ITopic): void {
    for (const set of [this.news, this.letters]) {
      set.addEventDestination('Reports', { destination: EventDestination.snsTopic(topic), events: REPORTED });
    }
  }

  private create(id: string, suppressionReasons: SuppressionReasons): ConfigurationSet {
    return new ConfigurationSet(this, id, {
      reputationMetrics: true,
      suppressionReasons,
      // Incident news is public: better told in clear to an old mail server than not at all.
      tlsPolicy: ConfigurationSetTlsPolicy.OPTIONAL,
    });
  }

  private arn(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
  }
}

const SEND = ['ses:SendBulkEmail', 'ses:SendBulkTemplatedEmail'];
