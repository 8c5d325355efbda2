/** A text in which no email address can be read: for what has to be kept although nobody could make sense of it. */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s"'<>(),:;[\]\\]+@[^\s"'<>(),:;[\]\\]+/g, '(address)');
}
