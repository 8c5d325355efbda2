import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** All that is written for people: path to text, without its code, as what stands in that is no link. */
const documents = new Map(
  globSync(['*.md', 'docs/**/*.md']).map((path) => [path, withoutCode(readFileSync(path, 'utf8'))]),
);
const scripts: Record<string, string> = JSON.parse(readFileSync('package.json', 'utf8')).scripts;

describe.each([...documents])('%s', (path, text) => {
  it('links to files that are there, and to headings that they have', () => {
    const dead = relativeLinks(text).filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(target)) return true;
      return anchor !== undefined && !anchorsOf(target).has(anchor);
    });
    expect(dead).toEqual([]);
  });

  it('names scripts that package.json has, and files that the repository has', () => {
    const named = readFileSync(path, 'utf8');
    const commands = [...named.matchAll(/\bnpm run (?:--?\w+ )*(?<script>[a-z]+)/g)].map(
      ({ groups }) => groups?.['script'] ?? '',
    );
    expect(commands.filter((script) => !(script in scripts))).toEqual([]);
    const files = [
      ...named.matchAll(
        /\b(?:bench|cdk|chaos|docs|lambdas|local|shared|test|tools)\/[\w./-]+\.(?:ts|md|png|svg)\b/g,
      ),
    ];
    const root = (file: string) => existsSync(file) || existsSync(join(dirname(path), file));
    expect(files.map(([file]) => file).filter((file) => !root(file))).toEqual([]);
  });
});

describe('docs', () => {
  it('have an index that leads to each page', () => {
    const index = documents.get('docs/README.md') ?? '';
    const pages = globSync('docs/*.md').filter((path) => path !== 'docs/README.md');
    expect(pages.filter((path) => !relativeLinks(index).includes(path.slice('docs/'.length)))).toEqual([]);
  });

  it('show each picture that is kept', () => {
    const all = [...documents.values()].join('\n');
    const kept = globSync('docs/images/**/*.{png,svg}');
    expect(kept.filter((path) => !all.includes(path.slice('docs/'.length)))).toEqual([]);
  });
});

describe('comments', () => {
  it('cite what a reader can find: documents that are here, decisions by their number, or public sources', () => {
    const sources = globSync('{bench,cdk,chaos,lambdas,local,shared,test,tools}/**/*.ts').map(
      (path) => [path, readFileSync(path, 'utf8')] as const,
    );
    const decisions = new Set(
      globSync('docs/decisions/*.md').map((path) => Number(/(\d{4})-/.exec(path)?.[1])),
    );
    const lost = sources.flatMap(([path, text]) => {
      const cited = [...text.matchAll(/\bdocs\/[\w/-]+\.md\b/g)].map(([file]) => file);
      const numbers = [...text.matchAll(/\bdecisions? (\d+)\b/gi)].map(([, number]) => Number(number));
      // Sections of our documents have names, so a number is one of somebody else's document.
      const sections = [...text.matchAll(/\b[\w-]+\.md (?:section )?\d[\d.]*/g)].map(([section]) => section);
      return [
        ...cited.filter((file) => !existsSync(file)),
        ...sections,
        ...numbers.filter((number) => !decisions.has(number)).map((number) => `decision ${number}`),
      ].map((what) => `${path}: ${what}`);
    });
    expect(lost).toEqual([]);
  });
});

/** Targets in the repository, of Markdown links, images and `src` attributes. */
function relativeLinks(text: string): string[] {
  const targets = [...text.matchAll(/\]\((?<to>[^)\s]+)\)|\b(?:src|href)="(?<attribute>[^"]+)"/g)].map(
    ({ groups }) => groups?.['to'] ?? groups?.['attribute'] ?? '',
  );
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a file's headings, as GitHub makes them. */
function anchorsOf(path: string): ReadonlySet<string> {
  const text = withoutBlocks(readFileSync(path, 'utf8'));
  const headings = [...text.matchAll(/^#{1,6} (?<heading>.+)$/gm)];
  return new Set(
    headings.map(({ groups }) =>
      (groups?.['heading'] ?? '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutCode(text: string): string {
  return withoutBlocks(text).replace(/`[^`\n]*`/g, '');
}

function withoutBlocks(text: string): string {
  return text.replace(/^ *```[^\n]*\n.*?^ *```$/gms, '');
}
