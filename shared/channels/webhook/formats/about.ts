/** What one has to know of a format to choose it: whoever only offers formats does not carry what speaks them. */
export interface FormatAbout {
  /** Stands in the subscriber's row and in the API. */
  readonly name: string;
  /** For people who choose. */
  readonly label: string;
  readonly chat?: ChatAbout;
}

/** An incoming webhook of a chat: its address is a credential, calls are not signed, people read them. */
export interface ChatAbout {
  /** Whether an address is one of this chat's: nothing else may be called in its format, and it in no other. */
  owns(url: URL): boolean;
  /** What such an address looks like, for who typed another. */
  readonly example: string;
}
