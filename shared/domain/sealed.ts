/** A text that only the holder of the key can read. Parts are base64url. */
export interface Sealed {
  /** Which key sealed it: an id that gives nothing of the key away. */
  readonly key: string;
  readonly iv: string;
  readonly tag: string;
  readonly text: string;
}

/** Seals and opens texts. `context` is bound to the text: what was sealed for one thing does not open as another. */
export interface Sealer {
  seal(text: string, context: string): Sealed;
  /** The text, or undefined when the key is not ours, the context is another or a bit was changed. */
  open(sealed: Sealed, context: string): string | undefined;
}
