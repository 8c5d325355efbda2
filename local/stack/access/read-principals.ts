import { z } from 'zod';
import type { DeployedFunction } from '../functions/read-functions.ts';
import { ACCOUNT } from '../template/names.ts';
import { readProperties } from '../template/properties.ts';
import type { LaptopReferences } from '../template/references.ts';
import { resourcesOf, type Template } from '../template/template.ts';
import { accessKeyIdOf } from './access-key.ts';
import { POLICY_DOCUMENT } from './read-policy.ts';
import type { Principal, Statement } from './statement.ts';

const ROLE = {
  RoleName: z.string().optional(),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: POLICY_DOCUMENT })).default([]),
  ManagedPolicyArns: z.array(z.string()).max(0, 'policies outside the template cannot be read').optional(),
};

const ROLE_IGNORED = {
  AssumeRolePolicyDocument: 'the stack starts a function in its role without asking',
  Description: 'nobody reads it',
  MaxSessionDuration: 'the credentials do not expire',
  Path: 'nobody reads it',
  Tags: 'nobody reads them',
};

const POLICY = {
  PolicyName: z.string().optional(),
  ManagedPolicyName: z.string().optional(),
  PolicyDocument: POLICY_DOCUMENT,
  Roles: z.array(z.string()).default([]),
};

/** The functions with what their roles allow: inline policies, and policies that are attached by the role's name. */
export function readPrincipals(
  template: Template,
  references: LaptopReferences,
  functions: readonly DeployedFunction[],
): readonly Principal[] {
  const statements = new Map<string, { readonly roleName: string; readonly statements: Statement[] }>(
    resourcesOf(template, 'AWS::IAM::Role').map((id) => {
      const { Policies } = readProperties(template, references, id, ROLE, ROLE_IGNORED);
      const own = Policies.flatMap(({ PolicyDocument }) => PolicyDocument);
      return [references.arn(id), { roleName: references.name(id), statements: own }];
    }),
  );
  for (const id of resourcesOf(template, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')) {
    const { PolicyDocument, Roles } = readProperties(template, references, id, POLICY, {
      Description: 'nobody reads it',
      Path: 'nobody reads it',
    });
    for (const role of statements.values()) {
      if (Roles.includes(role.roleName)) role.statements.push(...PolicyDocument);
    }
  }
  const principals = functions.map(({ logicalId, name, roleArn }) => {
    const role = statements.get(roleArn);
    if (role === undefined) throw new Error(`${logicalId}: expected a role of this stack, got ${roleArn}`);
    return {
      function: logicalId,
      accessKeyId: accessKeyIdOf(logicalId),
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role.roleName}/${name}`,
      statements: role.statements,
    };
  });
  checkDistinct(principals);
  return principals;
}

/** Two functions with one key would have one role. */
function checkDistinct(principals: readonly Principal[]): void {
  const byKey = Map.groupBy(principals, ({ accessKeyId }) => accessKeyId);
  for (const [accessKeyId, same] of byKey) {
    if (same.length === 1) continue;
    const names = same.map(({ function: name }) => name).join(', ');
    throw new Error(`Expected functions whose ids differ in more than case, got ${names} (${accessKeyId})`);
  }
}
