import type { Component, Page } from '../domain/page.ts';
import type { PageBody } from './schemas.ts';

/** A validated body as a page: only what was given is there. */
export function toPage(id: string, body: PageBody): Page {
  const components = body.components.map(
    ({ id, name, group }): Component => ({ id, name, ...(group !== undefined && { group }) }),
  );
  const { name, url, milestones, reminders } = body;
  return {
    id,
    name,
    url,
    components,
    ...(milestones !== undefined && { milestones }),
    ...(reminders !== undefined && { reminders }),
  };
}
