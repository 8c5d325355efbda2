import { z } from 'zod';
import { readProperties } from '../template/properties.ts';
import type { LaptopReferences } from '../template/references.ts';
import { resourcesOf, type Template } from '../template/template.ts';

/** A queue with the attributes that SQS's CreateQueue takes. */
export interface QueueShape {
  readonly logicalId: string;
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const number = z.coerce.number().int().optional();

const SHAPE = {
  QueueName: z.string().optional(),
  DelaySeconds: number,
  MaximumMessageSize: number,
  MessageRetentionPeriod: number,
  ReceiveMessageWaitTimeSeconds: number,
  VisibilityTimeout: number,
  RedrivePolicy: z
    .object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number().int() })
    .optional(),
};

const IGNORED = {
  KmsDataKeyReusePeriodSeconds: 'nothing is written to disk',
  KmsMasterKeyId: 'nothing is written to disk',
  RedriveAllowPolicy: 'only roles are checked, not policies of resources',
  SqsManagedSseEnabled: 'nothing is written to disk',
  Tags: 'nobody reads them',
};

/** The queues of the template. FIFO queues are refused: this product has none. */
export function readQueues(template: Template, references: LaptopReferences): readonly QueueShape[] {
  return resourcesOf(template, 'AWS::SQS::Queue').map((logicalId) => {
    const { QueueName: _, ...properties } = readProperties(template, references, logicalId, SHAPE, IGNORED);
    return {
      logicalId,
      name: references.name(logicalId),
      url: references.queueUrl(logicalId),
      arn: references.arn(logicalId),
      attributes: Object.fromEntries(
        Object.entries(properties)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)]),
      ),
    };
  });
}
