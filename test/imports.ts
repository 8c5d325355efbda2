import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve, sep } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');

export interface Import {
  /** The importing file, from the root of the repository. */
  readonly from: string;
  /** What is imported: a package, or a file from the root of the repository. */
  readonly to: string;
  /** Gone at run time: `import type` or `export type`. */
  readonly isType: boolean;
}

export interface Source {
  readonly path: string;
  /** The code without its comments, line by line where it was. */
  readonly code: string;
  readonly lines: number;
  readonly imports: readonly Import[];
}

/** All TypeScript of these folders. */
export function readSources(...folders: readonly string[]): readonly Source[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }))
    .map((path) => path.split(sep).join('/'))
    .sort()
    .map((path) => readSource(path, readFileSync(join(ROOT, path), 'utf8')));
}

export function readSource(path: string, text: string): Source {
  const code = withoutComments(text);
  return { path, code, lines: text.split('\n').length - 1, imports: importsOf(path, code) };
}

const FROM = /^[ \t]*(?:import|export)\s+(type\s)?(?:[\w*{][^'"`;]*?)\sfrom\s*['"]([^'"]+)['"]/gm;
const BARE = /^[ \t]*import\s*['"]([^'"]+)['"]/gm;
const DYNAMIC = /\b(?:import|require)\(\s*['"`]([^'"`]+)['"`]/g;

function importsOf(path: string, code: string): Import[] {
  const found = (specifier = '', isType = false): Import => ({
    from: path,
    to: specifier.startsWith('.') ? posix.join(dirname(path), specifier) : specifier,
    isType,
  });
  return [
    ...Array.from(code.matchAll(FROM), ([, type, specifier]) => found(specifier, type !== undefined)),
    ...Array.from(code.matchAll(BARE), ([, specifier]) => found(specifier)),
    ...Array.from(code.matchAll(DYNAMIC), ([, specifier]) => found(specifier)),
  ];
}

/** Blanks comments out and leaves strings, among them those that look like comments, as they are. */
function withoutComments(text: string): string {
  const TOKEN = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replace(TOKEN, (token) => (token.startsWith('/') ? token.replace(/[^\n]/g, ' ') : token));
}
