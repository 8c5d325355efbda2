import { html } from 'hono/html';
import type { Page } from '../../domain/page.ts';
import { answer, type Html } from './layout.ts';

/** A page that only says something: that there is nothing here, or that it did not work. */
export function messagePage(message: {
  readonly title: string;
  readonly content: Html;
  readonly status: number;
  readonly page?: Page | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}): Promise<Response> {
  return answer({ ...message, content: html`<h1>${message.title}</h1>${message.content}` });
}

export function noSuchPage(): Promise<Response> {
  return messagePage({
    status: 404,
    title: 'There is no such page',
    content: html`<p>The address names a status page or an incident that we do not know. Open it again from the status page, or
from the message that you got.</p>`,
  });
}

/** For every link that opens nothing: incomplete, changed, of another purpose. It says nothing of whom it was for. */
export function brokenLink(): Promise<Response> {
  return messagePage({
    status: 404,
    title: 'This link does not work',
    content: html`<p>It is incomplete, or it was made for something else. Some mail programs break long links in two: open it
again from the message, or copy all of it.</p>`,
  });
}

export function formTooLarge(): Promise<Response> {
  return messagePage({
    status: 413,
    title: 'That was too much',
    content: html`<p>The form holds more than we take. Nothing was changed. Go back, and choose the whole page instead of so many
components.</p>`,
  });
}

export function troublePage(status: 500 | 503): Promise<Response> {
  return messagePage({
    status,
    title: 'That did not work just now',
    content: html`<p>It is our fault, not yours. Please try again in a moment: doing it twice does no harm.</p>`,
    ...(status === 503 && { headers: { 'retry-after': '5' } }),
  });
}
