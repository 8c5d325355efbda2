import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Gives the resource behind a construct a logical id that does not depend on where in the tree it stands. A
 * changed logical id replaces the resource; for a table or a queue that would be a loss.
 */
export function pin<T extends IConstruct>(construct: T, logicalId: string): T {
  const resource = construct.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) {
    throw new Error(`expected ${construct.node.path} to have one resource to pin as ${logicalId}, got none`);
  }
  resource.overrideLogicalId(logicalId);
  return construct;
}
