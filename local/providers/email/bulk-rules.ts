import type { BulkEntry, BulkRequest } from './bulk-request.ts';
import { SesRefusal } from './ses-error.ts';

type Named = BulkRequest['DefaultEmailTags'];

const MAX_HEADERS = 15;
const HEADER_NAME = /^[!-9;-@A-~]{1,126}$/;
const HEADER_VALUE = /^[ -~]{1,870}$/;
const TAG = /^[A-Za-z0-9_-]{1,256}$/;

/** Headers that SES writes itself (docs.aws.amazon.com/ses/latest/dg/header-fields.html). */
const RESERVED_HEADERS = new Set([
  'bcc',
  'cc',
  'content-disposition',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'reply-to',
  'return-path',
  'subject',
  'to',
]);

/** Headers of one mail: the entry's replace the template's of the same name, whatever their case. */
export function mergedHeaders(template: Named, entry: Named): Named {
  const replaced = new Set(entry.map((header) => header.Name.toLowerCase()));
  return [...template.filter((header) => !replaced.has(header.Name.toLowerCase())), ...entry];
}

/** Refuses what the real SES refuses and the engine lets pass: headers, tags and their alphabets. */
export function checkBulkRules(request: BulkRequest): void {
  checkTags(request.DefaultEmailTags);
  checkHeaders(request.DefaultContent.Template.Headers);
  for (const entry of request.BulkEmailEntries) {
    checkTags(entry.ReplacementTags);
    checkHeaders(mergedHeaders(request.DefaultContent.Template.Headers, entry.ReplacementHeaders));
  }
}

/** Why SES would call this entry INVALID_PARAMETER, or undefined. SMTPUTF8 is not supported: ASCII only. */
export function addressFault(entry: BulkEntry): string | undefined {
  const [address] = entry.Destination.ToAddresses;
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  if (at < 1) return 'expected local@domain';
  if (!/^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/.test(local))
    return 'expected an ASCII local part of 1 to 64 characters';
  if (!/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(domain)) return 'expected a Punycode domain with a dot';
  return undefined;
}

function checkTags(tags: Named): void {
  for (const { Name, Value } of tags) {
    if (!TAG.test(Name) || !TAG.test(Value)) {
      refuse(`Expected tag name and value to match ${TAG}, got the tag ${JSON.stringify(Name)}`);
    }
  }
}

function checkHeaders(headers: Named): void {
  if (headers.length > MAX_HEADERS) {
    refuse(`Expected at most ${MAX_HEADERS} headers per message, got ${headers.length}`);
  }
  const seen = new Set<string>();
  for (const { Name, Value } of headers) {
    const key = Name.toLowerCase();
    if (!HEADER_NAME.test(Name)) refuse(`Header name ${JSON.stringify(Name)} must match ${HEADER_NAME}`);
    if (!HEADER_VALUE.test(Value)) refuse(`Value of header ${Name} must match ${HEADER_VALUE}`);
    if (RESERVED_HEADERS.has(key)) refuse(`Header ${Name} is not allowed as a custom header`);
    if (seen.has(key)) refuse(`Header ${Name} is given twice`);
    seen.add(key);
  }
}

function refuse(message: string): never {
  throw new SesRefusal('BadRequestException', message);
}
