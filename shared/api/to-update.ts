import type { AffectedComponent, IncidentFacts, Update } from '../domain/update.ts';
import type { UpdateBody } from './schemas.ts';

/** A validated body as an update of its page: only what was given is there. */
export function toUpdate(page: string, body: UpdateBody): Update {
  return {
    page,
    ...body,
    incident: given(body.incident),
    components: body.components.map(given<AffectedComponent>),
  };
}

/** Leaves out members that are undefined: the domain knows "absent", not "undefined". */
function given<T extends IncidentFacts | AffectedComponent>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T; // only optional members can be undefined
}
