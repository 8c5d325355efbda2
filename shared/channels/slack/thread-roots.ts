import type { AddressHash } from '../../domain/subscriber.ts';

/** Slack's name for a message in its channel. */
export interface ThreadRoot {
  readonly ts: string;
}

/** Whether a message is later than another. Slack dates them in microseconds: more digits than a number holds. */
export function isNewer({ ts }: ThreadRoot, than: ThreadRoot | undefined): boolean {
  if (than === undefined) return true;
  const [second = '', micros = ''] = ts.split('.');
  const [otherSecond = '', otherMicros = ''] = than.ts.split('.');
  return second === otherSecond ? micros > otherMicros : Number(second) > Number(otherSecond);
}

/** Which message is the root of an incident's thread, per Slack channel. Losing it costs a second root, nothing more. */
export interface ThreadRoots {
  /** Roots by `h`; channels without one are left out. */
  read(
    page: string,
    incident: string,
    hs: readonly AddressHash[],
  ): Promise<ReadonlyMap<AddressHash, ThreadRoot>>;

  /**
   * Remembers the root. The first writer wins, except over `lost`: a root that Slack no longer has is replaced, unless
   * somebody has replaced it already.
   */
  write(page: string, incident: string, h: AddressHash, root: ThreadRoot, lost?: ThreadRoot): Promise<void>;
}
