import { SlackRefusal } from './slack-error.ts';

/** Errors that a conversation can be made to answer with (docs.slack.dev/reference/methods/chat.postMessage). */
const MAGIC_ERRORS = [
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'no_permission',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
  'restricted_action_thread_locked',
  'cannot_reply_to_message',
  'ekm_access_denied',
  'messages_tab_disabled',
  'message_limit_exceeded',
  'cant_update_message',
  'edit_window_closed',
  'msg_too_long',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'invalid_auth',
  'missing_scope',
  'org_login_required',
  'team_added_to_org',
  'service_unavailable',
  'fatal_error',
  'internal_error',
] as const;

const BY_LETTERS = new Map<string, string>(MAGIC_ERRORS.map((error) => [letters(error), error]));

/**
 * Checks a conversation id. `C_IS_ARCHIVED` answers `is_archived`, and so does `C0ISARCHIVED`, which passes for
 * a real id; the same for each error above.
 */
export function checkConversation(id: string): void {
  const magic = BY_LETTERS.get(letters(id.slice(1).replace(/^0+/, '')));
  if (magic !== undefined) throw new SlackRefusal(magic);
  // A person's id stands for the direct messages with them.
  if (!/^[CGDU][A-Z0-9]{5,}$/.test(id)) throw new SlackRefusal('channel_not_found');
}

function letters(text: string): string {
  return text.replaceAll('_', '').toLowerCase();
}
