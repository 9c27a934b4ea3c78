// A client generated from the served document by openapi-typescript, as its users do: it is made anew, what uses it (crud.ts) is held
// against its types, and then run.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { assert, base, run, test } from './harness.mjs';

const here = import.meta.dirname;
const strict = ['--noEmit', '--strict', '--noUncheckedIndexedAccess', '--target', 'es2024', '--module', 'nodenext', '--erasableSyntaxOnly',
  '--allowImportingTsExtensions', '--allowJs', '--types', 'node'];

/** Runs a program of a package with this Node; what it says is its fault, if it ends badly. */
function program(file, ...parameters) {
  try {
    return execFileSync(process.execPath, [path.join(here, 'node_modules', file), ...parameters], { cwd: here, encoding: 'utf8' });
  } catch (fault) {
    return assert.fail(`${fault.stdout}${fault.stderr}`.slice(0, 3000));
  }
}

test('a client is generated from the served document', () => {
  program('openapi-typescript/bin/cli.js', `${base}/api/schema/?format=json`, '--empty-objects-unknown', '--output', 'api.d.ts');
  assert.match(readFileSync(path.join(here, 'api.d.ts'), 'utf8'), /peering_autonomous_systems_bulk_partial_update: \{/);
});

test('what uses it has its types', () => program('typescript/bin/tsc', ...strict, 'crud.ts'));

await import('./crud.ts');
await run();
