/** A statement of a role's policies, its expressions resolved. Patterns hold `*` and `?`. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** A function's identity. Plain data: the process that holds the tables gets it as a message. */
export interface Principal {
  /** Logical id of the function. */
  readonly function: string;
  readonly accessKeyId: string;
  /** The role's session, as AWS names it in messages. */
  readonly arn: string;
  readonly statements: readonly Statement[];
}

/** One action that a call needs. */
export interface Need {
  /** `service:Operation` */
  readonly action: string;
  /** What it is done to. Of several names for the same thing one must be covered. */
  readonly resources: readonly string[];
}

/** An action pattern on a resource pattern, as an Allow statement grants it. */
export interface Grant {
  readonly action: string;
  readonly resource: string;
}
