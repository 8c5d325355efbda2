import { DEFAULT_FORMAT } from '../../channels/webhook/formats/catalogue.ts';
import { chooseFormat } from '../../channels/webhook/formats/choose-format.ts';
import { parseTarget, type TargetFault, type TargetRules } from '../../channels/webhook/target.ts';
import { normaliseEmail } from '../../subscriptions/address.ts';
import { type NumberFault, readPhone } from '../../subscriptions/mobile-number.ts';
import type { SelfServedAddress } from '../../subscriptions/sign-up.ts';
import type { Fault, Faults } from './faults.ts';
import { ADDRESS_FIELDS, type SubscribeForm } from './subscribe-form.ts';

export type JudgedAddress =
  | {
      readonly address: SelfServedAddress;
      readonly ownerEmail?: string;
      readonly format?: string;
      readonly sharedHost?: boolean;
    }
  | { readonly faults: Faults };

const NOT_AN_EMAIL = 'Enter an email address such as name@example.com';
const NOT_A_PHONE = 'Enter a mobile number with its country code, such as +44 7400 123456';

/** What is typed as the address that will be used (domains in Punycode, numbers in E.164), or what is wrong with it. */
export function judgeAddress(
  { channel, address, ownerEmail, format }: SubscribeForm,
  rules: TargetRules,
): JudgedAddress {
  switch (channel) {
    case 'email': {
      const judged = emailIn(address);
      return judged === undefined ? at('email', NOT_AN_EMAIL) : { address: { channel, email: judged } };
    }
    case 'sms': {
      const judged = readPhone(address);
      if ('address' in judged && judged.address.channel === 'sms') return { address: judged.address };
      return at('phone', NOT_A_PHONE);
    }
    case 'webhook': {
      const target = parseTarget(address.trim(), rules);
      const owner = emailIn(ownerEmail);
      const chosen =
        target.kind === 'target' ? chooseFormat(target.url, format, rules.privateTargets) : undefined;
      const faults: Fault[] = [
        ...(target.kind === 'refused' ? [{ field: 'url', message: TARGET_FAULTS[target.fault] }] : []),
        ...(chosen?.kind === 'refused' ? [{ field: 'format', message: chosen.fault }] : []),
        ...(owner === undefined ? [{ field: 'ownerEmail', message: NOT_AN_EMAIL }] : []),
      ];
      if (target.kind === 'refused' || chosen?.kind !== 'format' || owner === undefined) return { faults };
      const { name, chat } = chosen.format;
      return {
        address: { channel, url: target.url.href },
        ownerEmail: owner,
        ...(name !== DEFAULT_FORMAT && { format: name }),
        ...(chat && { sharedHost: true }),
      };
    }
  }
}

/** Why an address that is one still cannot be signed up. */
export function refusalFault(fault: NumberFault | 'ownerEmailMissing'): Fault {
  switch (fault) {
    case 'notANumber':
      return { field: ADDRESS_FIELDS.sms, message: NOT_A_PHONE };
    case 'notMobile':
      return {
        field: ADDRESS_FIELDS.sms,
        message: 'Enter the number of a mobile phone: this one takes no texts',
      };
    case 'countryNotServed':
      return {
        field: ADDRESS_FIELDS.sms,
        message: 'Texts do not go to numbers of that country. Choose email instead',
      };
    case 'ownerEmailMissing':
      return { field: 'ownerEmail', message: NOT_AN_EMAIL };
  }
}

function emailIn(text: string): string | undefined {
  const judged = normaliseEmail(text);
  return 'address' in judged && judged.address.channel === 'email' ? judged.address.email : undefined;
}

const at = (field: string, message: string): JudgedAddress => ({ faults: [{ field, message }] });

const TARGET_FAULTS: Readonly<Record<TargetFault, string>> = {
  notAUrl: 'Enter the address of your endpoint, such as https://hooks.example.com/status',
  tooLong: 'Enter an address of at most 2,048 characters',
  notHttps: 'Enter an address that begins with https://',
  hasCredentials: 'Leave user name and password out of the address: calls are signed instead',
  portNotAllowed: 'Enter an address on port 443 or 8443',
  literalAddress: 'Enter a host name, not an IP address',
  privateName: 'Enter an address that can be reached from the internet',
  ownHost: 'Enter an address of yours, not one of ours',
};
