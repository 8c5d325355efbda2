import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { readProperties } from '../template/properties.ts';
import type { LaptopReferences } from '../template/references.ts';
import { resourcesOf, type Template } from '../template/template.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const index = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({
    ProjectionType: z.enum(['ALL', 'INCLUDE', 'KEYS_ONLY']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});

const SHAPE = {
  TableName: z.string().optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  GlobalSecondaryIndexes: z.array(index).optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
};

const IGNORED = {
  BillingMode: 'nothing is billed',
  ContributorInsightsSpecification: 'there are no metrics',
  DeletionProtectionEnabled: 'the tables live as long as the process',
  OnDemandThroughput: 'dynalite does not throttle',
  PointInTimeRecoverySpecification: 'the tables live as long as the process',
  ProvisionedThroughput: 'dynalite does not throttle',
  Replicas: 'there is one place only',
  ResourcePolicy: 'only roles are checked, not policies of resources',
  SSESpecification: 'nothing is written to disk',
  TableClass: 'nothing is billed',
  Tags: 'nobody reads them',
  TimeToLiveSpecification: 'dynalite never expires an item, and nothing may rely on it that it does',
  WarmThroughput: 'dynalite does not throttle',
  WriteOnDemandThroughputSettings: 'dynalite does not throttle',
};

/** The tables of the template, as requests that create them. */
export function readTables(
  template: Template,
  references: LaptopReferences,
): readonly CreateTableCommandInput[] {
  return resourcesOf(template, 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map((logicalId) => {
    const properties = readProperties(template, references, logicalId, SHAPE, IGNORED);
    return { ...properties, TableName: references.name(logicalId), BillingMode: 'PAY_PER_REQUEST' };
  });
}
