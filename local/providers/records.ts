import type { Accepted, Message, Refused } from './messages.ts';

type Unnumbered<M> = M extends Message ? Omit<M, 'n' | 'at'> : never;

/** A message as a stand-in hands it over: its number and its time are given here. */
export type NewMessage = Unnumbered<Message>;

/** Everything that the stand-ins accepted and refused, in order. Kept in memory until the process ends. */
export interface Records {
  /** Numbers and keeps a message. The object itself is kept, so getters and later edits stay live. */
  accept<M extends NewMessage>(message: M): M & { readonly n: number; readonly at: string };
  refuse(refused: Omit<Refused, 'at' | 'accepted'> & { readonly accepted?: boolean }): void;
  accepted(update?: string): readonly Accepted[];
  messages(): readonly Message[];
  refused(): readonly Refused[];
}

/** Starts with nothing recorded. */
export function createRecords(): Records {
  const messages: Message[] = [];
  const accepted: Accepted[] = [];
  const byUpdate = new Map<string, Accepted[]>();
  const refused: Refused[] = [];

  return {
    accept(message) {
      const at = new Date().toISOString();
      const numbered = Object.assign(message, { n: messages.length + 1, at });
      // Safe: a NewMessage is a Message without `n` and `at`, and both were just added.
      messages.push(numbered as unknown as Message);
      const { channel, to, update, providerId } = message;
      const line: Accepted = { at, channel, to, update, providerId };
      accepted.push(line);
      const lines = byUpdate.get(update);
      if (lines) lines.push(line);
      else byUpdate.set(update, [line]);
      return numbered;
    },
    refuse(entry) {
      refused.push({ at: new Date().toISOString(), accepted: false, ...entry });
    },
    accepted: (update) => (update === undefined ? accepted : (byUpdate.get(update) ?? [])),
    messages: () => messages,
    refused: () => refused,
  };
}
