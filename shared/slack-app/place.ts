/** A channel of a workspace: where a command was given. */
export interface Place {
  readonly team: string;
  readonly conversation: string;
}

/** Ids as Slack makes them. Nothing else gets into keys. */
export const SLACK_ID = /^[A-Z][A-Z0-9]{1,31}$/;
