import { parseBody } from '../access/parse-body.ts';
import type { Need } from '../access/statement.ts';
import { arnOf } from '../template/names.ts';

/** The part of SES's requests that says what they are about. */
interface Input {
  readonly FromEmailAddress?: string;
  readonly ConfigurationSetName?: string;
  readonly DefaultContent?: { readonly Template?: { readonly TemplateName?: string } };
}

/**
 * The actions that an operation needs. SES asks for the action of its first API as well as for its own: an allowed
 * `ses:SendBulkEmail` alone ends in a refused `ses:SendBulkTemplatedEmail`. AWS's reference does not say so; who
 * sends by it does (django-anymail, docs/esps/amazon_ses.rst, IAM permissions).
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  'POST /v2/email/outbound-bulk-emails': ['ses:SendBulkEmail', 'ses:SendBulkTemplatedEmail'],
  'POST /v2/email/outbound-emails': ['ses:SendEmail'],
  'GET /v2/email/account': ['ses:GetAccount'],
  'DELETE /v2/email/suppression/addresses/*': ['ses:DeleteSuppressedDestination'],
};

/**
 * What a call of SES needs: its actions on the sender's identity, on the configuration set and on the template, where
 * these are named. An inline template is no resource.
 */
export function emailNeeds(method: string, path: string, body: Buffer): readonly Need[] {
  const actions = ACTIONS[`${method} ${withoutAddress(path)}`] ?? [`ses:${method} ${path}`];
  const resources = body.length === 0 ? [['*']] : resourcesOf(parseBody(body));
  return actions.flatMap((action) => resources.map((names) => ({ action, resources: names })));
}

function withoutAddress(path: string): string {
  return path.replace(/(?<=\/suppression\/addresses\/)[^/]+$/, '*');
}

function resourcesOf({ FromEmailAddress, ConfigurationSetName, DefaultContent }: Input): string[][] {
  const template = DefaultContent?.Template?.TemplateName;
  return [
    identitiesOf(FromEmailAddress ?? ''),
    ...(ConfigurationSetName === undefined
      ? []
      : [[arnOf('AWS::SES::ConfigurationSet', ConfigurationSetName)]]),
    ...(template === undefined ? [] : [[arnOf('AWS::SES::Template', template)]]),
  ];
}

/** What may be verified for a sender `Name <local@a.b.c>`: the address, its domain and the domains above it. */
function identitiesOf(from: string): string[] {
  const address = /<([^>]*)>\s*$/.exec(from)?.[1] ?? from;
  const labels = address.slice(address.lastIndexOf('@') + 1).split('.');
  const domains = labels.slice(0, -1).map((_, first) => labels.slice(first).join('.'));
  return [address, ...domains].map((name) => arnOf('AWS::SES::EmailIdentity', name));
}
