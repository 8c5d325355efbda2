import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import { AlarmTopic } from './alarms.ts';
import type { Bundles } from './bundles.ts';
import { Channels } from './channels.ts';
import type { Settings } from './check-settings.ts';
import { Confirmations } from './confirmations.ts';
import { EmailFeedback } from './email-feedback.ts';
import { Feedback } from './feedback.ts';
import { Feeds } from './feeds.ts';
import { Ingest } from './ingest.ts';
import { Operations } from './operations.ts';
import { OperatorApi } from './operator-api.ts';
import { PublicApi } from './public-api.ts';
import { Secrets } from './secrets.ts';
import { SlackApp } from './slack-app.ts';
import { Subscriptions } from './subscriptions.ts';
import { Sweeper } from './sweeper.ts';
import { Tables } from './tables.ts';

export interface IncidentFanoutStackProps extends StackProps {
  /** Checked settings: see `checkSettings`. */
  readonly settings: Settings;
  readonly bundles: Bundles;
}

/** What an operator has to find after a deploy. */
interface Reported {
  readonly publicUrl: string;
  readonly secrets: Secrets;
  readonly alarmTopic: ITopic;
  readonly channels: Channels;
}

/** Everything that incident-fanout is on AWS. Belongs to no account or region: it deploys where the operator is. */
export class IncidentFanoutStack extends Stack {
  constructor(scope: Construct, id: string, { settings, bundles, ...props }: IncidentFanoutStackProps) {
    super(scope, id, props);
    const { topic: alarmTopic } = new AlarmTopic(this, 'Alarms', { mailbox: settings.alarmEmail });
    const logRetention = settings.logRetentionDays;
    const surroundings = { bundles, logRetention, alarmTopic };

    const tables = new Tables(this, 'Tables');
    const secrets = new Secrets(this, 'Secrets');
    const publicApi = new PublicApi(this, 'PublicApi', { logRetention, alarmTopic });
    const publicUrl = settings.publicUrl ?? publicApi.url;
    const resources = { surroundings, tables, secrets, publicUrl };

    const channels = new Channels(this, 'Channels', { ...resources, settings });
    const ingest = new Ingest(this, 'Ingest', {
      ...resources,
      channels,
      eventBusName: settings.eventBusName,
    });
    const sweeper = new Sweeper(this, 'Sweeper', { ...resources, channels });
    const confirmations = new Confirmations(this, 'Confirmations', { ...resources, channels });
    // Whoever owns an endpoint is told by mail when it fails.
    confirmations.openAsking(channels.webhook.function);
    const operatorApi = new OperatorApi(this, 'OperatorApi', { ...resources, channels, confirmations });
    const subscriptions = new Subscriptions(this, 'Subscriptions', {
      ...resources,
      channels,
      confirmations,
      sms: settings.sms,
    });
    const slackApp = new SlackApp(this, 'SlackApp', resources);
    // Of a channel that is given up, whoever installed the app hears by direct message.
    slackApp.work.openSending(channels.slack.function, ENV.slackWorkQueueUrl);
    const feedback = new Feedback(this, 'Feedback', resources);

    const emailFeedback = new EmailFeedback(this, 'EmailFeedback', {
      ...resources,
      sending: channels.emailSending,
    });
    const feeds = new Feeds(this, 'Feeds', resources);

    const routed = {
      ingest: ingest.function,
      operate: operatorApi.function,
      subscriptions: subscriptions.function,
      'slack-app': slackApp.function,
      feedback: feedback.function,
      feeds: feeds.function,
    };
    publicApi.serve(routed);
    new Operations(this, 'Operations', {
      pageUrl: settings.pageUrl,
      channels: channels.all,
      functions: [
        ...Object.values(routed),
        sweeper.function,
        confirmations.function,
        emailFeedback.function,
        ...channels.all.map((channel) => channel.function),
      ],
      publicApi,
    });
    this.reportAll({ publicUrl, secrets, alarmTopic, channels });
  }

  private reportAll({ publicUrl, secrets, alarmTopic, channels }: Reported): void {
    this.report('ApiUrl', publicUrl, 'Base address of the API and of the links in messages');
    this.report(
      'OperatorSecretArn',
      secrets.arn('operator'),
      'Holds the bearer key of publishers and operators',
    );
    this.report(
      'StatuspageSecretArn',
      secrets.arn('statuspage'),
      'Holds the token in the address that Statuspage calls',
    );
    this.report('TwilioSecretArn', secrets.arn('twilio'), 'To be filled in before SMS are sent');
    this.report('SlackSecretArn', secrets.arn('slack'), 'To be filled in before Slack messages are sent');
    this.report('AlarmTopicArn', alarmTopic.topicArn, 'All alarms are published here');
    for (const { node, queue, deadLetters } of channels.all) {
      this.report(`${node.id}QueueName`, queue.queueName, 'Doorbells of this channel');
      this.report(
        `${node.id}DeadLetterQueueName`,
        deadLetters.queueName,
        'What this channel could never process',
      );
    }
  }

  private report(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}
