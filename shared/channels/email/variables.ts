/**
 * The only variables left in the template when SES gets it. Every entry and the default carry all three: a missing one is a
 * RENDERING_FAILURE after the call has succeeded. (Source: SES developer guide,
 * `event-publishing-retrieving-sns-contents`.)
 */
export interface TemplateVariables {
  readonly unsubscribe_url: string;
  readonly manage_url: string;
  readonly confirm_reason: string;
}

export const VARIABLES = {
  unsubscribe: '{{unsubscribe_url}}',
  manage: '{{manage_url}}',
  reason: '{{confirm_reason}}',
} as const;

/** Never seen by a recipient, because every entry brings its own. Harmless if it ever is. */
export function defaultVariables(pageUrl: string): TemplateVariables {
  return { unsubscribe_url: pageUrl, manage_url: pageUrl, confirm_reason: 'you subscribed to it.' };
}
