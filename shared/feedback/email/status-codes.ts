/** An enhanced status code among other text, and no part of an IP address. */
const CODE = /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![.\d])/g;

/**
 * The enhanced status codes (RFC 3463) in what a mail server said, such as `smtp; 550-5.7.26 This mail is unauthenticated`. All of
 * them: the field for the code often says `5.0.0` where the text knows better.
 */
export function statusCodes(text: string): readonly string[] {
  // A sentence may end in a code; an address goes on with a digit.
  return text.replace(/\.(?=\s|$)/g, ' ').match(CODE) ?? [];
}

/** Security or policy (X.7.X): the server refuses who sends, or how, and not the mailbox. */
export function isAboutSender(codes: readonly string[]): boolean {
  return codes.some((code) => /^[45]\.7\./.test(code));
}
