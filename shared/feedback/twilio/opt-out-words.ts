/** What somebody wants who answers one of our texts. */
export type Wish = 'stop' | 'start' | 'help';

/**
 * Whole messages that are a wish. Twilio acts on the English ones by itself and answers them; the others are ours, for numbers that
 * were told so by habit. YES is on Twilio's list of START. (Source: support.twilio.com, "Twilio support for
 * opt-out keywords".)
 */
const WORDS: Readonly<Record<Wish, readonly string[]>> = {
  stop: [
    ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'END', 'QUIT', 'CANCEL', 'REVOKE', 'OPTOUT'],
    ...['ARRET', 'DESABONNER', 'DESINSCRIRE'], // French
    ...['STOPP', 'ABMELDEN', 'ABBESTELLEN'], // German; STOPP in the north as well
    ...['ALTO', 'BAJA', 'PARAR', 'CANCELAR', 'SAIR'], // Spanish and Portuguese
    ...['FERMA', 'ANNULLA'], // Italian
    ...['AFMELDEN', 'AFMELD', 'AVSLUTA'], // Dutch, Danish, Swedish
  ],
  start: ['START', 'YES', 'UNSTOP'],
  help: ['HELP', 'INFO'],
};

const WISHES = new Map(
  (['stop', 'start', 'help'] as const).flatMap((wish) => WORDS[wish].map((word) => [word, wish] as const)),
);

/** Longer messages are no word, and not worth folding. */
const LONGEST = 40;

/**
 * The wish in an incoming message. `optOutType` is what Twilio itself took it for (Advanced Opt-Out), and then the last word; else the
 * whole body must be one of the words, in any case, with or without accents and punctuation around it. "Stop please" is none.
 */
export function wishIn(optOutType: string | undefined, body: string): Wish | undefined {
  switch (optOutType) {
    case 'STOP':
      return 'stop';
    case 'START':
      return 'start';
    case 'HELP':
      return 'help';
  }
  return body.length > LONGEST ? undefined : WISHES.get(folded(body));
}

function folded(body: string): string {
  return body
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, '')
    .toUpperCase();
}
