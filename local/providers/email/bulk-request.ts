import { z } from 'zod';
import { SesRefusal } from './ses-error.ts';

const namedValue = z.strictObject({ Name: z.string(), Value: z.string() });

/**
 * SendBulkEmail as far as this stand-in models it. Strict: a member that is not here is refused by name,
 * where the real SES would do something with it that we would not see.
 */
const bulkRequest = z.strictObject({
  FromEmailAddress: z.string().min(1),
  ReplyToAddresses: z.array(z.string()).default([]),
  FeedbackForwardingEmailAddress: z.string().optional(),
  ConfigurationSetName: z.string().optional(),
  TenantName: z.string().optional(),
  DefaultEmailTags: z.array(namedValue).default([]),
  DefaultContent: z.strictObject({
    Template: z.strictObject({
      TemplateContent: z.strictObject({
        Subject: z.string().min(1),
        Text: z.string().default(''),
        Html: z.string().default(''),
      }),
      TemplateData: z.string().max(262_144).optional(),
      Headers: z.array(namedValue).default([]),
    }),
  }),
  BulkEmailEntries: z
    .array(
      z.strictObject({
        Destination: z.strictObject({ ToAddresses: z.tuple([z.string()]) }),
        ReplacementTags: z.array(namedValue).default([]),
        ReplacementHeaders: z.array(namedValue).default([]),
        ReplacementEmailContent: z
          .strictObject({
            ReplacementTemplate: z.strictObject({ ReplacementTemplateData: z.string().max(262_144) }),
          })
          .optional(),
      }),
    )
    .min(1)
    .max(50),
});

export type BulkRequest = z.infer<typeof bulkRequest>;
export type BulkEntry = BulkRequest['BulkEmailEntries'][number];

/** Parses a SendBulkEmail body. Throws a `BadRequestException` refusal that names the faulty member. */
export function parseBulkRequest(body: Buffer): BulkRequest {
  let raw: unknown;
  try {
    raw = JSON.parse(body.toString());
  } catch {
    throw new SesRefusal('BadRequestException', 'Expected a JSON body');
  }
  const parsed = bulkRequest.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new SesRefusal('BadRequestException', `${issue?.path.join('.') || 'body'}: ${issue?.message}`);
}

/** The value of one tag, or an empty string. */
export function tagValue(tags: BulkRequest['DefaultEmailTags'], name: string): string {
  return tags.find((tag) => tag.Name === name)?.Value ?? '';
}
