/** Browsers that have been here once ask by https only, for a year (RFC 6797). Over plain http, as on a laptop, they pass it over. */
export const ONLY_HTTPS = { 'strict-transport-security': 'max-age=31536000' };
