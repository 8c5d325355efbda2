import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { EMAIL_QUOTA, MAIL_METRIC, METRIC_NAMESPACE } from '../shared/deployment/metrics.ts';
import { ImpactAlarm } from './alarms.ts';

/** AWS reviews an account at 5 % bounces or 0.1 % complaints, and pauses it at 10 % or 0.5 %: warned well before. */
const BOUNCE_RATE = 0.02;
const COMPLAINT_RATE = 0.0008;

/** Servers that refuse us by a policy of theirs are part of every day; so many within five minutes are not. */
const MANY_REFUSALS = 10;

/** In percent: what is left may be one incident's worth. */
const QUOTA_NEARLY_SPENT = 90;

/** How mails fare once SES has them. What to do is said in docs/email.md, in the order of these alarms. */
export class EmailAlarms extends Construct {
  constructor(scope: Construct, id: string, { topic }: { readonly topic: ITopic }) {
    super(scope, id);
    new ImpactAlarm(this, 'Halted', {
      topic,
      metric: reports('halt'),
      atLeast: 1,
      periods: 1,
      impact:
        'A large mailbox provider refuses all our mail as unauthenticated or unwanted. Email waits, ten minutes at a time; nobody is unsubscribed for it. Check SPF, DKIM and DMARC first: docs/email.md, "When mail is refused".',
    });
    new ImpactAlarm(this, 'Refused', {
      topic,
      metric: reports('refused'),
      atLeast: MANY_REFUSALS,
      periods: 1,
      impact:
        'Many mail servers refuse us by policy (5.7.x): those subscribers are not told. Nobody is unsubscribed for it, and email goes on. Check SPF, DKIM, DMARC and block lists: docs/email.md, "When mail is refused".',
    });
    new ImpactAlarm(this, 'Broken', {
      topic,
      metric: reports('bug'),
      atLeast: 1,
      periods: 1,
      impact:
        'SES took mails and then threw them away: a template that could not be rendered, or a virus in the text. Their subscribers are not told. Look for mail.reported in the log of email-feedback; publish the news again in other words.',
    });
    new ImpactAlarm(this, 'BounceRate', {
      topic,
      metric: reputation('BounceRate'),
      atLeast: BOUNCE_RATE,
      periods: 2,
      impact:
        'Over 2 % of mails bounce for good. At 5 % AWS reviews the account, at 10 % it stops all mail. Look for an import of old addresses: docs/email.md, "When many bounce".',
    });
    new ImpactAlarm(this, 'ComplaintRate', {
      topic,
      metric: reputation('ComplaintRate'),
      atLeast: COMPLAINT_RATE,
      periods: 2,
      impact:
        'Over 0.08 % of readers call our mail spam. At 0.1 % AWS reviews the account, at 0.5 % it stops all mail. Look for subscribers who never agreed: docs/email.md, "When readers complain".',
    });
    new ImpactAlarm(this, 'QuotaNearlySpent', {
      topic,
      metric: quotaUsed(),
      atLeast: QUOTA_NEARLY_SPENT,
      periods: 1,
      impact:
        'Nine tenths of the mails that SES allows in 24 hours are sent. When all are, email waits until the oldest fall out of the day; nothing is lost. Ask AWS for a higher sending quota: docs/email.md, "When the day is spent".',
    });
  }
}

/** Asked for every five minutes at most, and only while there is news to send. */
function quotaUsed(): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: EMAIL_QUOTA,
    period: Duration.minutes(5),
    statistic: Stats.MAXIMUM,
  });
}

function reports(judgement: string): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: MAIL_METRIC.name,
    dimensionsMap: { [MAIL_METRIC.dimension]: judgement },
    period: Duration.minutes(5),
    statistic: Stats.SUM,
  });
}

/** Over the whole account: SES pauses accounts, not configuration sets. A share: 0.02 is 2 %. */
export function reputation(kind: 'BounceRate' | 'ComplaintRate'): Metric {
  return new Metric({
    namespace: 'AWS/SES',
    metricName: `Reputation.${kind}`,
    period: Duration.minutes(15),
    statistic: Stats.AVERAGE,
  });
}
