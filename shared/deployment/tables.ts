/**
 * The three tables, said once: CDK creates them, the store reads and writes them, tests and the laptop stack
 * make the same ones. Keys are generic (`pk`, `sk`); `shared/store` alone knows what they hold.
 */
export interface TableShape {
  /** CloudFormation logical id. Pinned: a new id would replace the table. */
  readonly logicalId: string;
  readonly indexes: readonly IndexShape[];
  /** Attribute with an expiry in Unix seconds. Clean-up only: nothing trusts it (expired items stay readable). */
  readonly timeToLive?: string;
}

export interface IndexShape {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: { readonly name: string; readonly type: 'S' | 'N' };
}

export const PARTITION_KEY = 'pk';
export const SORT_KEY = 'sk';

/** All rows of one address, on all pages: bounces, STOP and erasure know only the address. */
export const BY_ADDRESS: IndexShape = {
  name: 'by-address',
  partitionKey: SORT_KEY,
  sortKey: { name: PARTITION_KEY, type: 'S' },
};

/** Sparse: only endpoints whose owner left an email carry `ownerEmail`. A person who asks what we hold of them knows no page. */
export const BY_OWNER: IndexShape = {
  name: 'by-owner',
  partitionKey: 'ownerEmail',
  sortKey: { name: PARTITION_KEY, type: 'S' },
};

/** Sparse: only updates whose receipt is open carry `open`. */
export const BY_OPEN: IndexShape = {
  name: 'by-open',
  partitionKey: 'open',
  sortKey: { name: 'acceptedAt', type: 'N' },
};

/** Sparse: only incidents whose planned work somebody is still to be reminded of carry `remind`. */
export const BY_REMINDER: IndexShape = {
  name: 'by-reminder',
  partitionKey: 'remind',
  sortKey: { name: 'remindAt', type: 'N' },
};

/** The incidents of a page by when their newest update was accepted: feeds and calendars read the newest. */
export const BY_PAGE: IndexShape = {
  name: 'by-page',
  partitionKey: 'listed',
  sortKey: { name: 'listedAt', type: 'N' },
};

/** Sparse: only deliveries that something is still due for carry `due`. */
export const BY_DUE: IndexShape = {
  name: 'by-due',
  partitionKey: 'due',
  sortKey: { name: 'nextAt', type: 'N' },
};

export const TABLES = {
  subscribers: { logicalId: 'SubscribersTable', indexes: [BY_ADDRESS, BY_OWNER], timeToLive: 'expiresAt' },
  incidents: { logicalId: 'IncidentsTable', indexes: [BY_OPEN, BY_REMINDER, BY_PAGE] },
  deliveries: { logicalId: 'DeliveriesTable', indexes: [BY_DUE], timeToLive: 'expiresAt' },
} as const satisfies Record<string, TableShape>;

export type TableName = keyof typeof TABLES;
