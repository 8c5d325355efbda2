import {
  EMAIL_QUOTA,
  MAIL_METRIC,
  METRIC_NAMESPACE,
  PAUSED_METRIC,
  SMS_REPORT_METRIC,
  SWEEP_TROUBLES,
} from '../deployment/metrics.ts';

/**
 * The log: one wide JSON line per unit of work, under a stable name from this catalogue. Lines hold ids, counts,
 * decisions and durations; never an address, a token, a secret or a body. A line that carries numbers worth a
 * graph is at the same time a CloudWatch metric (embedded metric format), so that one line serves both.
 */
export type LogEvent =
  | {
      readonly event: 'update.accepted' | 'update.repeated';
      readonly page: string;
      readonly update: string;
      readonly incident: string;
      readonly sequence: number;
      readonly source: string;
      readonly durationMs: number;
    }
  | { readonly event: 'update.refused'; readonly source: string; readonly code: string }
  | {
      readonly event: 'chunk.answered';
      readonly page: string;
      readonly incident: string;
      readonly update: string;
      readonly channel: string;
      readonly chunk: number;
      readonly of: number;
      readonly answer: string;
      readonly told?: number;
      readonly superseded?: number;
      readonly exceptions?: number;
      readonly afterMs?: number;
      readonly durationMs: number;
    }
  | {
      readonly event: 'doorbell.poison';
      readonly channel: string;
      readonly reason: string;
      readonly messageId: string;
    }
  | {
      readonly event: 'doorbell.trouble' | 'doorbell.bug';
      readonly channel: string;
      readonly error: string;
      readonly messageId: string;
    }
  | {
      readonly event: 'sweep.done';
      readonly open: number;
      readonly rung: number;
      readonly dueRung: number;
      readonly closed: number;
      readonly finished: number;
      readonly reminded: number;
      readonly troubles: number;
      readonly durationMs: number;
    }
  /** Its provider takes nothing just now: refuses us, does not answer, or is not set up. */
  | { readonly event: 'email.quota'; readonly emailQuotaPercent: number }
  | { readonly event: 'channel.paused'; readonly channel: string; readonly paused: 1 }
  | {
      readonly event: 'sweep.trouble';
      readonly page: string;
      /** An update, or the incident of a reminder. */
      readonly what: string;
      readonly error: string;
    }
  | {
      readonly event: 'receipt.closed';
      readonly page: string;
      readonly update: string;
      readonly matched: number;
      readonly told: number;
      readonly failed: number;
      readonly superseded: number;
      readonly suppressed: number;
      readonly inDoubt: number;
      readonly resent: number;
      readonly secondsToLast: number;
    }
  | { readonly event: 'request.failed'; readonly route: string; readonly error: string }
  | {
      readonly event: 'subscription.ended';
      readonly page: string;
      readonly channel: string;
      readonly h: string;
    }
  | { readonly event: 'slack.installed'; readonly page: string }
  | { readonly event: 'slack.broken'; readonly cause: string }
  | { readonly event: 'slack.command'; readonly command: string; readonly durationMs: number }
  | {
      readonly event: 'slack.work';
      readonly work: string;
      readonly page: string;
      readonly result: string;
      readonly durationMs: number;
    }
  | { readonly event: 'slack.event'; readonly kind: string; readonly result: string }
  | {
      readonly event: 'signup.taken';
      readonly page: string;
      readonly channel: string;
      /** `accepted`, or which limit or rule refused it. */
      readonly answer: string;
      readonly durationMs: number;
    }
  | {
      readonly event: 'confirmation.answered';
      readonly kind: string;
      readonly page: string;
      readonly channel: string;
      readonly h: string;
      readonly answer: string;
      readonly cause?: string;
      readonly afterMs?: number;
      readonly durationMs: number;
    }
  | { readonly event: 'confirmation.poison'; readonly reason: string; readonly messageId: string }
  | {
      readonly event: 'confirmation.trouble' | 'confirmation.bug';
      readonly error: string;
      readonly messageId: string;
    }
  | {
      readonly event: 'mail.reported';
      /** What SES reported: `bounce`, `complaint`, ... */
      readonly report: string;
      /** What came of it. */
      readonly judgement: string;
      readonly cause: string;
      readonly page: string;
      readonly h?: string;
      readonly update?: string;
      readonly delivery?: string;
      /** 1: what the metric adds up. */
      readonly reports: number;
    }
  /** Messages of the queues of events, SES's reports and the Slack app's work: put aside, or to come again. */
  | {
      readonly event: 'update.poison' | 'mail.poison' | 'slack.poison';
      readonly reason: string;
      readonly messageId: string;
    }
  | {
      readonly event: `${'update' | 'mail' | 'slack'}.${'trouble' | 'bug'}`;
      readonly error: string;
      readonly messageId: string;
    }
  | {
      readonly event: 'sms.status';
      /** Absent for texts about a subscription. */
      readonly page?: string;
      readonly update?: string;
      readonly delivery?: string;
      readonly status: string;
      readonly code?: string;
      /** What was made of it; `senderRefused` raises an alarm. */
      readonly result: string;
      readonly reports: 1;
    }
  | { readonly event: 'sms.answer'; readonly result: string; readonly rows?: number };

export type Log = (event: LogEvent) => void;

/** Numbers of an event that become metrics, by event, with the dimension that they are split by. */
const METRICS: Partial<
  Record<LogEvent['event'], { dimensions: string[]; metrics: { Name: string; Unit: string }[] }>
> = {
  'chunk.answered': { dimensions: ['channel'], metrics: [{ Name: 'durationMs', Unit: 'Milliseconds' }] },
  'signup.taken': {
    dimensions: ['answer'],
    metrics: [{ Name: 'durationMs', Unit: 'Milliseconds' }],
  },
  'mail.reported': {
    dimensions: [MAIL_METRIC.dimension],
    metrics: [{ Name: MAIL_METRIC.name, Unit: 'Count' }],
  },
  'sms.status': {
    dimensions: [SMS_REPORT_METRIC.dimension],
    metrics: [{ Name: SMS_REPORT_METRIC.name, Unit: 'Count' }],
  },
  'receipt.closed': {
    dimensions: [],
    metrics: [
      { Name: 'told', Unit: 'Count' },
      { Name: 'failed', Unit: 'Count' },
      { Name: 'inDoubt', Unit: 'Count' },
      { Name: 'secondsToLast', Unit: 'Seconds' },
    ],
  },
  'sweep.done': {
    dimensions: [],
    metrics: [
      { Name: 'rung', Unit: 'Count' },
      { Name: 'open', Unit: 'Count' },
      { Name: SWEEP_TROUBLES, Unit: 'Count' },
    ],
  },
  'email.quota': { dimensions: [], metrics: [{ Name: EMAIL_QUOTA, Unit: 'Percent' }] },
  'channel.paused': {
    dimensions: [PAUSED_METRIC.dimension],
    metrics: [{ Name: PAUSED_METRIC.name, Unit: 'Count' }],
  },
};

/** Writes events to standard output, which Lambda carries to CloudWatch. */
export function consoleLog(now: () => number): Log {
  return (event) => {
    const metrics = METRICS[event.event];
    const level = /trouble|bug|failed/.test(event.event) ? 'ERROR' : 'INFO';
    const embedded = metrics && {
      _aws: {
        Timestamp: now(),
        CloudWatchMetrics: [
          { Namespace: METRIC_NAMESPACE, Dimensions: [metrics.dimensions], Metrics: metrics.metrics },
        ],
      },
    };
    console.log(JSON.stringify({ level, at: new Date(now()).toISOString(), ...event, ...embedded }));
  };
}

/** What may be logged of an error: its kind, never its message, which may quote what it choked on. */
export function errorName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  // The stack begins with the message, whose lines may look like frames.
  const { stack = '', message } = error;
  const frames = stack.includes(message) ? stack.slice(stack.indexOf(message) + message.length) : '';
  const frame = frames.split('\n').find((line) => line.trimStart().startsWith('at '));
  return `${error.name}${frame ? ` ${frame.trim()}` : ''}`;
}
