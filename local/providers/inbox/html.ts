/** Markup that is safe to send: made by `html`, or by us. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }

  toString(): string {
    return this.markup;
  }
}

type Value = string | number | Html | readonly Html[] | false | undefined;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it must stand in markup, between tags or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** Markup with every value escaped, unless it is markup itself. `false` and `undefined` show nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const shown = values.map((value) => {
    if (value === undefined || value === false) return '';
    if (value instanceof Html) return value.markup;
    if (typeof value === 'object') return value.map((each) => each.markup).join('');
    return escapeHtml(String(value));
  });
  return new Html(String.raw({ raw: strings }, ...shown));
}
