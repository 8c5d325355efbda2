import { ENDS, type Receipt, sumOf } from '../../local/demo/receipt.ts';
import { addressOf, type DemoSubscriber } from '../../local/demo/subscribers.ts';
import type { Message } from '../../local/providers/messages.ts';
import type { Verdict, Violation } from './verdict.ts';

export interface KillEvidence {
  /** All concern everybody; of each two, the second may have made good for the first. */
  readonly updates: readonly string[];
  readonly people: readonly DemoSubscriber[];
  readonly messages: readonly Message[];
  readonly receipts: readonly Receipt[];
  /** Messages that lie in dead-letter queues. */
  readonly deadLetters: number;
}

/** What the stand-ins accepted against whom the updates concerned, and against what the receipts say. */
export function judgeKills({ updates, people, messages, receipts, deadLetters }: KillEvidence): Verdict {
  const violations: Violation[] = [];
  if (deadLetters > 0)
    violations.push({ invariant: 7, what: `${deadLetters} messages in dead-letter queues` });
  const times = new Map<string, Message[]>();
  for (const message of messages) {
    const key = `${message.update}|${message.to}`;
    const seen = times.get(key);
    if (seen) seen.push(message);
    else times.set(key, [message]);
  }
  let lost = 0;
  let toldTwice = 0;
  let inDoubt = 0;
  let sentAgain = 0;
  for (const [index, id] of updates.entries()) {
    const receipt = receipts[index];
    if (receipt?.complete !== true) violations.push({ invariant: 1, what: `${id} has no closed receipt` });
    if (receipt === undefined) continue;
    if (receipt.matched !== people.length || sumOf(receipt) !== receipt.matched) {
      const sum = ENDS.map((end) => `${end} ${receipt[end]}`).join(', ');
      violations.push({ invariant: 6, what: `${id} matched ${receipt.matched} of ${people.length}: ${sum}` });
    }
    inDoubt += receipt.inDoubt;
    sentAgain += receipt.resent ?? 0;
    let repeatedMails = 0;
    let untold = 0;
    for (const person of people) {
      const to = addressOf(person);
      const got = times.get(`${id}|${to}`) ?? [];
      const newer = index % 2 === 0 ? (times.get(`${updates[index + 1]}|${to}`) ?? []) : [];
      const isMadeGood = person.channel !== 'webhook' && newer.length > 0;
      if (got.length === 0 && !isMadeGood) untold++;
      if (person.channel === 'email') repeatedMails += Math.max(0, got.length - 1);
      else if (person.channel === 'webhook') {
        const ids = new Set(got.map(webhookId));
        if (ids.size > 1)
          violations.push({ invariant: 2, what: `${id}: an endpoint got ${ids.size} webhook-ids` });
        if (ids.size > 1) toldTwice++;
      } else if (got.length > 1) {
        toldTwice += got.length - 1;
        violations.push({ invariant: 2, what: `${id}: told ${got.length} times by ${person.channel}` });
      }
    }
    const unexplained = untold - receipt.failed - receipt.inDoubt;
    if (unexplained > 0) {
      lost += unexplained;
      violations.push({
        invariant: 1,
        what: `${id} came to ${untold} people not, and its receipt knows nothing of it`,
      });
    }
    if (repeatedMails > (receipt.resent ?? 0)) {
      toldTwice += repeatedMails - (receipt.resent ?? 0);
      violations.push({
        invariant: 2,
        what: `${id}: ${repeatedMails} mails twice, ${receipt.resent ?? 0} counted`,
      });
    }
  }
  return { violations, lost, toldTwice, inDoubt, sentAgain, deliveries: people.length * updates.length };
}

function webhookId(message: Message): string {
  if (message.channel !== 'webhook') return '';
  return message.headers.find(({ name }) => name.toLowerCase() === 'webhook-id')?.value ?? '';
}
