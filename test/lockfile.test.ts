import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
}; // npm's own format, version 3

// `npm ci` refuses a lockfile that lacks one, and `npm install` leaves out what its registry does not have: packages for
// other platforms than the one that it ran on.
it('the lockfile names every optional package, whatever platform it was written on', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isLocked(path, name))
      .map((name) => `${name}, wanted by ${path || 'the project'}`),
  );
  expect(missing).toEqual([]);
});

/** Whether a package has a place where its dependent would find it: beside it, or in any folder above. */
function isLocked(dependent: string, name: string): boolean {
  for (
    let folder = dependent;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))
  ) {
    if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
}
