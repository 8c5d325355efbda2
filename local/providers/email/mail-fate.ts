/** How a mail that was accepted is reported to have bounced. */
export interface Bounce {
  readonly type: 'Permanent' | 'Transient' | 'Undetermined';
  readonly subType: string;
  /** Enhanced status code: `5.7.26`. */
  readonly status?: string;
  readonly diagnosticCode?: string;
}

/** What becomes of a mail that was accepted. */
export type Fate =
  | { readonly kind: 'delivered' | 'complained' }
  | { readonly kind: 'bounced'; readonly bounce: Bounce };

export const NO_MAILBOX: Bounce = {
  type: 'Permanent',
  subType: 'General',
  status: '5.1.1',
  diagnosticCode: 'smtp; 550 5.1.1 user unknown',
};

export const ON_ACCOUNT_LIST: Bounce = {
  type: 'Permanent',
  subType: 'OnAccountSuppressionList',
  diagnosticCode:
    'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
};

const SIMULATOR = '@simulator.amazonses.com';

/** What SES's mailbox simulator does, by the name before the @; a label after a `+` is left aside. */
const SIMULATED: Readonly<Record<string, Fate>> = {
  success: { kind: 'delivered' },
  ooto: { kind: 'delivered' },
  bounce: { kind: 'bounced', bounce: NO_MAILBOX },
  complaint: { kind: 'complained' },
  suppressionlist: { kind: 'bounced', bounce: { ...ON_ACCOUNT_LIST, subType: 'Suppressed' } },
};

/** The fate of mails to the simulator; undefined for everybody else, of whom nothing is reported. */
export function simulatedFate(address: string): Fate | undefined {
  if (!address.toLowerCase().endsWith(SIMULATOR)) return undefined;
  const [name = ''] = address.slice(0, -SIMULATOR.length).toLowerCase().split('+');
  return SIMULATED[name] ?? { kind: 'bounced', bounce: NO_MAILBOX };
}
