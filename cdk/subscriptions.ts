import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ENV } from '../shared/deployment/env.ts';
import { METRIC_NAMESPACE, SIGN_UP_METRIC } from '../shared/deployment/metrics.ts';
import { BY_PAGE } from '../shared/deployment/tables.ts';
import { ImpactAlarm } from './alarms.ts';
import { type Channels, PUBLIC_TARGETS_ONLY } from './channels.ts';
import type { SmsSettings } from './check-settings.ts';
import type { Confirmations } from './confirmations.ts';
import { FanoutFunction, type FunctionSurroundings } from './function.ts';
import type { Secrets } from './secrets.ts';
import type { Tables } from './tables.ts';

export interface SubscriptionsProps {
  readonly surroundings: FunctionSurroundings;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly channels: Channels;
  readonly confirmations: Confirmations;
  readonly sms: SmsSettings;
  readonly publicUrl: string;
}

/** Sign-ups by text that were refused for what others did. One is enough to look. */
const REFUSALS = {
  SmsBudgetSpent: {
    answer: SIGN_UP_METRIC.budgetSpent,
    impact:
      'Nobody can sign up by text until midnight UTC: the day’s codes are spent. Look for numbers in a row in the sign-ups, then at sms.dailyBudget.',
  },
  SmsPageBudgetSpent: {
    answer: SIGN_UP_METRIC.pageBudgetSpent,
    impact:
      'Nobody can sign up to one page by text until midnight UTC: its share of the day’s codes is spent. The log says which page; then look at sms.dailyBudgetOfPage.',
  },
  SmsRangeClosed: {
    answer: SIGN_UP_METRIC.rangeClosed,
    impact:
      'Numbers of a country or of one block get no codes for an hour: too few were entered. Either somebody is paid for our texts (look at the sign-ups, and at fraud protection in the Twilio console), or codes do not arrive there (look at the delivery reports).',
  },
} as const;

/** The public pages: to sign up, and those behind the links in messages. A link's token names one subscriber. */
export class Subscriptions extends Construct {
  readonly function: FanoutFunction;

  constructor(
    scope: Construct,
    id: string,
    { surroundings, tables, secrets, channels, confirmations, sms, publicUrl }: SubscriptionsProps,
  ) {
    super(scope, id);
    this.function = new FanoutFunction(this, 'Subscriptions', {
      ...surroundings,
      name: 'subscriptions',
      timeoutSeconds: 10,
      memoryMb: 512,
      reason:
        'one read and one write per request, mostly after a cold start, so memory for a third of a vCPU',
      errorImpact:
        'Nobody can sign up, unsubscribe or manage what they get, and mail providers see a failing one-click link. Look at the log.',
    });
    tables.open(this.function, 'subscribers', ['GetItem', 'UpdateItem']);
    tables.open(this.function, 'incidents', ['GetItem', 'UpdateItem', 'BatchGetItem', 'Query'], BY_PAGE);
    tables.open(this.function, 'deliveries', ['GetItem', 'UpdateItem', 'BatchGetItem', 'Query']);
    secrets.open(this.function, 'linkKey', 'addressKey', 'webhookKey');
    confirmations.openAsking(this.function);
    channels.tellSwitches(this.function);
    this.function.tell({
      [ENV.publicUrl]: publicUrl,
      ...PUBLIC_TARGETS_ONLY,
      [ENV.smsCountries]: JSON.stringify(sms.countries),
      [ENV.smsDailyBudget]: String(sms.dailyBudget),
      [ENV.smsDailyBudgetOfPage]: String(sms.dailyBudgetOfPage),
    });
    for (const [id, { answer, impact }] of Object.entries(REFUSALS)) {
      new ImpactAlarm(this, id, {
        topic: surroundings.alarmTopic,
        metric: new Metric({
          namespace: METRIC_NAMESPACE,
          metricName: SIGN_UP_METRIC.name,
          dimensionsMap: { [SIGN_UP_METRIC.dimension]: answer },
          period: Duration.minutes(5),
          statistic: Stats.SAMPLE_COUNT,
        }),
        atLeast: 1,
        periods: 1,
        impact,
      });
    }
  }
}
