import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Address, Choice, Proof, Proofs, Source } from '../domain/subscriber.ts';
import type { Instant } from '../domain/time.ts';
import { ifMet } from './conditional.ts';
import type { DocumentClient } from './document-client.ts';
import { type SubscriberRef, subscriberKey } from './keys.ts';
import { rowUpdates } from './row-updates.ts';

/** A wish to be told, before its owner has agreed. */
export interface Wish extends Choice {
  readonly address: Address;
  readonly source: Source;
  readonly ownerEmail?: string;
  /** Webhooks. */
  readonly format?: string;
  readonly pendingUntil: Instant;
}

export type SignUpStore = ReturnType<typeof signUpStore>;

/**
 * Rows on their way in and at their owner's hands. Each change is one conditional write that says which row it may meet;
 * all return whether it took place, and a write whose answer was lost and is repeated returns the same.
 */
export function signUpStore(client: DocumentClient, table: string) {
  const { update, has } = rowUpdates(client, table);

  return {
    /**
     * Makes or replaces a pending row; secrets that were out for it are worth nothing any more. False, and nothing written,
     * when the row is active (signing up again changes nobody's settings) or was given up for one of `lastingCauses`. An endpoint that
     * was given up is still its owner's, who holds a link to have it used again: that row stays as it is, too.
     */
    async signUp(
      name: SubscriberRef,
      wish: Wish,
      lastingCauses: readonly string[],
      now: Instant,
    ): Promise<boolean> {
      const { address, source, scope, filters, ownerEmail, format, pendingUntil } = wish;
      const causes = lastingCauses.map((_, index) => `:cause${index}`);
      const open = ['pending', 'unsubscribed', ...(name.channel === 'webhook' ? [] : ['quarantined'])];
      return update(name, {
        set: {
          address,
          source,
          scope,
          state: 'pending',
          pendingUntil,
          proofs: {},
          ...(filters && { filters }),
          ...(ownerEmail !== undefined && { ownerEmail }),
          ...(format !== undefined && { format }),
          // A secret that has ever been shown to somebody is not shown to who comes after them: it is of this sign-up alone.
          ...(name.channel === 'webhook' && { secretVersions: [now] }),
        },
        remove: [
          'paused',
          'secretShownAt',
          'toldCurrentAt',
          ...(filters ? [] : ['filters']),
          ...(ownerEmail === undefined ? ['ownerEmail'] : []),
          ...(format === undefined ? ['format'] : []),
          'retiringSecret',
          'signsByKeyPair',
          'slowSince',
          'outage',
        ],
        raw: [
          'createdAt = if_not_exists(createdAt, :now)',
          // Who has left is never cleaned up: as seconds, an instant of ours is some fifty thousand years away.
          'expiresAt = if_not_exists(unsubscribedAt, :expiresAt)',
        ],
        condition:
          `attribute_not_exists(pk) OR (#state IN (${open.map((state) => `:${state}`).join(', ')})` +
          `${causes.length > 0 ? ` AND NOT quarantine.cause IN (${causes.join(', ')})` : ''})`,
        values: {
          ':now': now,
          ':expiresAt': Math.ceil(pendingUntil / 1_000),
          ...Object.fromEntries(open.map((state) => [`:${state}`, state])),
          ...Object.fromEntries(lastingCauses.map((cause, index) => [`:cause${index}`, cause])),
        },
      });
    },

    /** Replaces the proofs of a row that is still in this state. Of a pending row: before it lapses. */
    async putProofs(
      name: SubscriberRef,
      state: 'pending' | 'active' | 'quarantined',
      proofs: Proofs,
      now: Instant,
    ): Promise<boolean> {
      return update(name, {
        set: { proofs },
        condition: state === 'pending' ? `#state = :state AND ${ALIVE}` : '#state = :state',
        values: { ':state': state, ...(state === 'pending' && { ':now': now }) },
      });
    },

    /**
     * Counts one guess at a code that is alive and has guesses left, also after it was entered: a form may be sent twice. Returns its
     * proof, or undefined without counting.
     */
    async takeTry(name: SubscriberRef, mostTries: number, now: Instant): Promise<Proof | undefined> {
      const answer = await ifMet(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: subscriberKey(name),
            UpdateExpression: 'ADD proofs.code.tries :one',
            ConditionExpression: `#state IN (:pending, :active) AND proofs.code.tries < :most AND proofs.code.expiresAt > :now AND ${ALIVE}`,
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: {
              ':one': 1,
              ':most': mostTries,
              ':now': now,
              ':pending': 'pending',
              ':active': 'active',
            },
            ReturnValues: 'ALL_NEW',
          }),
        ),
      );
      const proofs: Proofs | undefined = answer?.Attributes?.['proofs'];
      return proofs?.code;
    },

    /**
     * Makes a pending row active, if the proof of this kind is still the one that was checked. That one stays, so that a button which
     * was pressed twice, or a write whose answer was lost, can be told from a stranger's; of an endpoint's challenge nothing stays.
     */
    async activate(
      name: SubscriberRef,
      purpose: 'confirm' | 'code' | 'challenge',
      proof: Proof,
      at: Instant,
      { showsSecret = false }: { readonly showsSecret?: boolean } = {},
    ): Promise<boolean> {
      const done = await update(name, {
        set: {
          state: 'active',
          confirmedAt: at,
          ...(purpose !== 'challenge' && { proofs: { [purpose]: proof } }),
          ...(showsSecret && { secretShownAt: at }),
        },
        remove: [
          ...(purpose === 'challenge' ? ['proofs'] : []),
          'pendingUntil',
          'expiresAt',
          'quarantine',
          'strikes',
          'unsubscribedAt',
          'toldCurrentAt',
        ],
        condition: `#state = :pending AND proofs.${purpose}.digest = :digest AND ${ALIVE}`,
        values: { ':pending': 'pending', ':digest': proof.digest, ':now': at },
      });
      // Nobody presses a challenge: when its first write took place and the answer was lost, only this says so.
      const mayBeOurs = purpose === 'challenge' && !done;
      return mayBeOurs ? has(name, (row) => row['state'] === 'active' && row['confirmedAt'] === at) : done;
    },

    /** Changes what an active subscriber hears of, and replaces the manage secret that they used. */
    async change(
      name: SubscriberRef,
      used: Proof,
      choice: Choice & { readonly paused: boolean },
      next: Proof,
    ): Promise<boolean> {
      const { scope, filters, paused } = choice;
      const done = await update(name, {
        set: {
          scope,
          proofs: { manage: next },
          ...(filters && { filters }),
          ...(paused && { paused: true }),
        },
        remove: [...(filters ? [] : ['filters']), ...(paused ? [] : ['paused'])],
        condition: '#state = :active AND proofs.manage.digest = :used',
        values: { ':active': 'active', ':used': used.digest },
      });
      return done || has(name, (row) => manageDigest(row) === next.digest);
    },

    /** Notes that the signing secret is shown, once, to who holds the manage secret; that one is replaced. */
    async showSecret(name: SubscriberRef, used: Proof, next: Proof, at: Instant): Promise<boolean> {
      const done = await update(name, {
        set: { secretShownAt: at, proofs: { manage: next } },
        condition:
          '#state = :active AND proofs.manage.digest = :used AND attribute_not_exists(secretShownAt)',
        values: { ':active': 'active', ':used': used.digest },
      });
      return done || has(name, (row) => manageDigest(row) === next.digest);
    },

    /** Notes, before it is sent, that the current state goes to a row that was confirmed then. Once. */
    async markCurrent(name: SubscriberRef, confirmedAt: Instant, at: Instant): Promise<boolean> {
      return update(name, {
        set: { toldCurrentAt: at },
        condition: '#state = :active AND confirmedAt = :confirmedAt AND attribute_not_exists(toldCurrentAt)',
        values: { ':active': 'active', ':confirmedAt': confirmedAt },
      });
    },
  };
}

/** A pending row that has not lapsed. An operator's has no end. */
const ALIVE = '(attribute_not_exists(pendingUntil) OR pendingUntil > :now)';

function manageDigest(row: Record<string, unknown>): string | undefined {
  const proofs = row['proofs'] as Proofs | undefined; // our own row
  return proofs?.manage?.digest;
}
