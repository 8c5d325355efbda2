import { describe, expect, it } from 'vitest';
import { SECRETS } from '../../shared/deployment/secrets.ts';
import { TABLES, type TableShape } from '../../shared/deployment/tables.ts';
import { at, synthesize } from './template.ts';

const template = synthesize();

function keys(partition: string, sort: string) {
  return [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];
}

describe.each<readonly [string, TableShape]>(Object.entries(TABLES))('table %s', (_, shape) => {
  const table = template.Resources[shape.logicalId];

  it('has the keys and indexes of the contract', () => {
    expect(at(table, 'Properties.KeySchema')).toEqual(keys('pk', 'sk'));
    expect(at(table, 'Properties.GlobalSecondaryIndexes')).toEqual(
      shape.indexes.map(({ name, partitionKey, sortKey }) => ({
        IndexName: name,
        KeySchema: keys(partitionKey, sortKey.name),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    );
  });

  it('types its attributes as the contract does', () => {
    const expected = new Map([
      ['pk', 'S'],
      ['sk', 'S'],
      ...shape.indexes.flatMap(({ partitionKey, sortKey }): [string, string][] => [
        [partitionKey, 'S'],
        [sortKey.name, sortKey.type],
      ]),
    ]);
    const attributes = at(table, 'Properties.AttributeDefinitions') as readonly Record<string, string>[];
    expect(new Map(attributes.map((entry) => [entry['AttributeName'], entry['AttributeType']]))).toEqual(
      expected,
    );
  });

  it('expires what the contract says', () => {
    expect(at(table, 'Properties.TimeToLiveSpecification.AttributeName')).toBe(shape.timeToLive);
  });
});

/** A changed text makes CloudFormation write a new value: a lost key, or an operator's work undone. */
describe('the texts that secrets are created from are pinned', () => {
  const generated = Object.values(SECRETS).filter((secret) => secret.generated);

  it.each(generated)('$logicalId is one random member', ({ logicalId }) => {
    const member = logicalId === 'StatuspageSecret' ? 'token' : 'key';
    expect(at(template.Resources[logicalId], 'Properties.GenerateSecretString')).toEqual({
      SecretStringTemplate: '{}',
      GenerateStringKey: member,
      ExcludePunctuation: true,
      PasswordLength: 43,
    });
  });

  it('those to be filled in have their members, empty', () => {
    expect(at(template.Resources['TwilioSecret'], 'Properties.SecretString')).toBe(
      '{"accountSid":"","apiKeySid":"","apiKeySecret":"","authToken":"","messagingServiceSid":""}',
    );
    expect(at(template.Resources['SlackSecret'], 'Properties.SecretString')).toBe('{"tokens":{}}');
  });
});
