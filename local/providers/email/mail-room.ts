import { type MailEvent, mailEvents, type SentMail } from './mail-events.ts';
import { type Bounce, type Fate, NO_MAILBOX, ON_ACCOUNT_LIST, simulatedFate } from './mail-fate.ts';

type Reason = 'BOUNCE' | 'COMPLAINT';

/** How SES was configured by the stack that uses it: what a configuration set suppresses, and where its events go. */
export interface Configuration {
  suppresses(configurationSet: string, reason: Reason): boolean;
  publish(configurationSet: string, event: MailEvent): Promise<void>;
}

/** Reports come after the answer, as they do. */
const REPORTED_AFTER_MS = 20;

/** What happens to mails behind SES: the account's suppression list, and events about mails. */
export class MailRoom {
  readonly #suppressed = new Map<string, Reason>();
  #configuration: Configuration | undefined;

  /** Until then nothing is reported and nothing suppressed. */
  connect(configuration: Configuration): void {
    this.#configuration = configuration;
  }

  suppress(address: string, reason: Reason): void {
    this.#suppressed.set(address.toLowerCase(), reason);
  }

  /** Takes an address off the list. Returns whether it was on it. */
  release(address: string): boolean {
    return this.#suppressed.delete(address.toLowerCase());
  }

  /** Whether a mail that SES takes will not be sent, because its address is on the list. Reported as a bounce. */
  holdsBack(to: string, describe: () => SentMail): boolean {
    const reason = this.#suppressed.get(to.toLowerCase());
    if (reason === undefined) return false;
    const mail = describe();
    if (!this.#configuration?.suppresses(mail.configurationSet, reason)) return false;
    this.#report(mail, mailEvents.send(mail), mailEvents.bounce(mail, ON_ACCOUNT_LIST));
    return true;
  }

  /** A mail left. Reported where its fate is known: of the simulator, or as a test has scripted it. */
  sent(to: string, scripted: Bounce | undefined, describe: () => SentMail): void {
    const fate: Fate | undefined = scripted ? { kind: 'bounced', bounce: scripted } : simulatedFate(to);
    if (fate === undefined) return;
    // The simulator's addresses never get on the list; others do when their mailbox is gone.
    if (scripted?.type === 'Permanent' && scripted.status === NO_MAILBOX.status) this.suppress(to, 'BOUNCE');
    const mail = describe();
    this.#report(mail, mailEvents.send(mail), ...outcomeOf(mail, fate));
  }

  notRendered(mail: SentMail, why: string): void {
    this.#report(mail, mailEvents.renderingFailure(mail, why));
  }

  #report(mail: SentMail, ...events: readonly MailEvent[]): void {
    const configuration = this.#configuration;
    if (configuration === undefined) return;
    const publish = async () => {
      for (const event of events) await configuration.publish(mail.configurationSet, event);
    };
    // A stack that has been stopped in the meantime hears of nothing.
    setTimeout(() => publish().catch(() => undefined), REPORTED_AFTER_MS).unref();
  }
}

function outcomeOf(mail: SentMail, fate: Fate): readonly MailEvent[] {
  switch (fate.kind) {
    case 'delivered':
      return [mailEvents.delivery(mail)];
    case 'complained':
      return [mailEvents.delivery(mail), mailEvents.complaint(mail)];
    case 'bounced':
      return [mailEvents.bounce(mail, fate.bounce)];
  }
}
