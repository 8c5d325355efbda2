/** Tables of the contenders: one item per recipient. The product has its own three. */
export const LEDGER_TABLE = 'PerRecipientLedger';
export const IDEMPOTENCY_TABLE = 'Idempotency';
