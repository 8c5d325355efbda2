/** Where the feeds of a page, or of one of its components, are found on our API. */
export interface FeedPaths {
  readonly atom: string;
  readonly json: string;
  readonly calendar: string;
}

export function feedPaths(page: string, component?: string): FeedPaths {
  const of = component === undefined ? `/p/${page}` : `/p/${page}/components/${component}`;
  return { atom: `${of}/feed.atom`, json: `${of}/feed.json`, calendar: `${of}/maintenance.ics` };
}

/** Where the calendar entry of one maintenance is found. */
export function maintenancePath(page: string, incident: string): string {
  return `/p/${page}/incidents/${incident}/maintenance.ics`;
}

/** Media types, as registered; Atom's is RFC 4287 7, the calendar's RFC 5545 8.1, the other JSON Feed 1.1's. */
export const FEED_TYPES = {
  atom: 'application/atom+xml',
  json: 'application/feed+json',
  calendar: 'text/calendar',
} as const satisfies Record<keyof FeedPaths, string>;
