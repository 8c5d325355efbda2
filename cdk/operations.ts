import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, Stats, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { DeliveryChannel } from './channel.ts';
import { reputation } from './email-alarms.ts';
import type { FanoutFunction } from './function.ts';
import type { PublicApi } from './public-api.ts';

export interface OperationsProps {
  readonly pageUrl: string;
  readonly channels: readonly DeliveryChannel[];
  readonly functions: readonly FanoutFunction[];
  readonly publicApi: PublicApi;
}

const SUM = { period: Duration.minutes(1), statistic: Stats.SUM };
const MAXIMUM = { period: Duration.minutes(1), statistic: Stats.MAXIMUM };
const HALF = 12;

/** What an operator looks at while an incident runs: is anybody waiting, is anything failing. */
export class Operations extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, { pageUrl, channels, functions, publicApi }: OperationsProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(3) });
    this.dashboard.addWidgets(
      new TextWidget({
        markdown: `# incident-fanout for [${pageUrl}](${pageUrl})`,
        width: 2 * HALF,
        height: 1,
      }),
    );
    this.dashboard.addWidgets(
      graph(
        'Doorbells waiting',
        channels.map(({ queue }) => queue.metricApproximateNumberOfMessagesVisible(MAXIMUM)),
      ),
      graph(
        'Oldest doorbell (s)',
        channels.map(({ queue }) => queue.metricApproximateAgeOfOldestMessage(MAXIMUM)),
      ),
    );
    this.dashboard.addWidgets(
      graph(
        'Dead letters',
        channels.map(({ deadLetters }) => deadLetters.metricApproximateNumberOfMessagesVisible(MAXIMUM)),
      ),
      graph(
        'Function errors',
        functions.map(({ lambda }) => lambda.metricErrors(SUM)),
      ),
    );
    this.dashboard.addWidgets(
      graph('Requests', [
        publicApi.api.metricCount(SUM),
        publicApi.api.metricClientError(SUM),
        publicApi.api.metricServerError(SUM),
      ]),
      graph('Email reputation (share of sends)', [reputation('BounceRate'), reputation('ComplaintRate')]),
    );
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: HALF, height: 6 });
}
