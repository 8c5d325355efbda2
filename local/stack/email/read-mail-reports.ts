import { z } from 'zod';
import type { QueueShape } from '../queues/read-queues.ts';
import { readProperties } from '../template/properties.ts';
import type { LaptopReferences } from '../template/references.ts';
import { resourcesOf, type Template } from '../template/template.ts';

/** Why SES keeps an address on the account's list. */
export type SuppressionReason = 'BOUNCE' | 'COMPLAINT';

/** A configuration set: what it suppresses, and where events of which types go. */
export interface MailReportShape {
  readonly configurationSet: string;
  readonly suppresses: ReadonlySet<SuppressionReason>;
  readonly routes: readonly { readonly events: ReadonlySet<string>; readonly queue: QueueShape }[];
}

const SET = {
  Name: z.string().optional(),
  SuppressionOptions: z
    .strictObject({ SuppressedReasons: z.array(z.enum(['BOUNCE', 'COMPLAINT'])) })
    .default({ SuppressedReasons: [] }),
};
const SET_IGNORED = {
  DeliveryOptions: 'nothing leaves this machine',
  ReputationOptions: 'there are no metrics',
  SendingOptions: 'there is nothing to pause',
  Tags: 'nobody reads them',
};

const DESTINATION = {
  ConfigurationSetName: z.string(),
  EventDestination: z.strictObject({
    Enabled: z.boolean().default(false),
    Name: z.string().optional(),
    MatchingEventTypes: z.array(z.string()).min(1),
    SnsDestination: z.strictObject({ TopicARN: z.string() }),
  }),
};

const SUBSCRIPTION = {
  TopicArn: z.string(),
  Protocol: z.enum(['sqs', 'email']),
  Endpoint: z.string(),
  RawMessageDelivery: z.literal(true, 'only raw delivery is interpreted').optional(),
};

/** The configuration sets of the template, with the queues that their events end in: over topics, delivered raw. */
export function readMailReports(
  template: Template,
  references: LaptopReferences,
  queues: readonly QueueShape[],
): readonly MailReportShape[] {
  const subscriptions = resourcesOf(template, 'AWS::SNS::Subscription').flatMap((logicalId) => {
    const { TopicArn, Protocol, Endpoint, RawMessageDelivery } = readProperties(
      template,
      references,
      logicalId,
      SUBSCRIPTION,
    );
    // A mailbox for alarms: nobody is on call for a laptop.
    if (Protocol === 'email') return [];
    const queue = queues.find(({ arn }) => arn === Endpoint);
    if (queue === undefined) throw new Error(`${logicalId}: expected a queue of this stack, got ${Endpoint}`);
    if (RawMessageDelivery !== true) throw new Error(`${logicalId}: only raw delivery is interpreted`);
    return [{ topic: TopicArn, queue }];
  });
  const destinations = resourcesOf(template, 'AWS::SES::ConfigurationSetEventDestination').flatMap(
    (logicalId) => {
      const { ConfigurationSetName, EventDestination } = readProperties(
        template,
        references,
        logicalId,
        DESTINATION,
      );
      const { Enabled, MatchingEventTypes, SnsDestination } = EventDestination;
      if (!Enabled) return [];
      const events = new Set(MatchingEventTypes.map(eventKey));
      return subscriptions
        .filter(({ topic }) => topic === SnsDestination.TopicARN)
        .map(({ queue }) => ({ configurationSet: ConfigurationSetName, events, queue }));
    },
  );
  return resourcesOf(template, 'AWS::SES::ConfigurationSet').map((logicalId) => {
    const { SuppressionOptions } = readProperties(template, references, logicalId, SET, SET_IGNORED);
    const configurationSet = references.name(logicalId);
    return {
      configurationSet,
      suppresses: new Set(SuppressionOptions.SuppressedReasons),
      routes: destinations.filter((destination) => destination.configurationSet === configurationSet),
    };
  });
}

/** Destinations say `renderingFailure` or `RENDERING_FAILURE`, events `Rendering Failure`. */
export function eventKey(name: string): string {
  return name.toLowerCase().replaceAll(/[ _]/g, '');
}
