export interface GroupRef {
  readonly id: string;
  readonly name: string;
}

export interface Component {
  readonly id: string;
  readonly name: string;
  readonly group?: GroupRef;
}

/** A status page: what subscribers subscribe to. */
export interface Page {
  readonly id: string;
  readonly name: string;
  /** Public https address of the page, linked from every message. */
  readonly url: string;
  readonly components: readonly Component[];
}
