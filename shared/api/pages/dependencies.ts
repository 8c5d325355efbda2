import type { TargetRules } from '../../channels/webhook/target.ts';
import type { Channel } from '../../domain/channel.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import type { Millis } from '../../domain/time.ts';
import type { Log } from '../../runtime/log.ts';
import type { StoredAttempt } from '../../store/attempts.ts';
import type { IncidentStore } from '../../store/incidents.ts';
import type { PageStore } from '../../store/pages.ts';
import type { ConfirmDependencies } from '../../subscriptions/confirm.ts';
import type { EndpointActDependencies } from '../../subscriptions/endpoint-acts.ts';
import type { LastTold } from '../../subscriptions/last-told.ts';
import type { LeaveDependencies } from '../../subscriptions/leave.ts';
import type { ManageDependencies, RequestManageDependencies } from '../../subscriptions/manage.ts';
import type { ManageEndpointDependencies } from '../../subscriptions/manage-endpoint.ts';
import type { SignUpDependencies } from '../../subscriptions/sign-up.ts';

/** What the pages look up to draw themselves. They write nothing: the use cases do. */
export interface PageLookUps {
  readonly pages: Pick<PageStore, 'get'>;
  readonly incidents: Pick<IncidentStore, 'get'>;
}

/** Each use case with what it touches. */
export interface SubscriptionPagesDependencies {
  readonly lookUps: PageLookUps;
  readonly signingUp: SignUpDependencies;
  readonly confirming: ConfirmDependencies;
  readonly managing: ManageDependencies & ManageEndpointDependencies;
  readonly acting: EndpointActDependencies;
  readonly requesting: RequestManageDependencies;
  readonly leaving: LeaveDependencies;
  readonly lastTold: (subscriber: Subscriber) => Promise<readonly LastTold[]>;
  /** Calls of an endpoint of late, newest first. */
  readonly attempts: (endpoint: Subscriber<'webhook'>) => Promise<readonly StoredAttempt[]>;
  readonly signingSecret: (subscriber: Subscriber) => string;
  /** What verifies the `v1a` signatures of an endpoint. */
  readonly publicKey: (endpoint: Subscriber) => string;
  /** Those that are switched on. SMS sign-up also needs countries that it serves (`signingUp.sms`). */
  readonly channels: readonly Channel[];
  readonly targetRules: TargetRules;
  /** Answers that must not tell by their timing whether an address is known take at least this long. */
  readonly evenMs: Millis;
  readonly log: Log;
}
