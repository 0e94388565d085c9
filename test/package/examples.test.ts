// The examples of docs/examples, compiled strictly against what would be packed, and run as a user runs them.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const user = mkdtempSync(join(tmpdir(), 'focalsweep-examples-'));
const modules = join(user, 'node_modules');
afterAll(() => rmSync(user, { recursive: true, force: true }));

/** Unpacks the package, and links what an install would bring and what a program of TypeScript has. */
beforeAll(() => {
  const packing = ['pack', '--json', '--ignore-scripts', '--pack-destination', user];
  const packed = JSON.parse(execFileSync('npm', packing, { cwd: root, encoding: 'utf8' })) as [
    { readonly filename: string },
  ];
  mkdirSync(join(modules, '@types'), { recursive: true });
  execFileSync('tar', ['-xzf', packed[0].filename], { cwd: user });
  cpSync(join(user, 'package'), join(modules, 'focalsweep'), { recursive: true });
  // The addon is packed from prebuilds, which only packing for good makes.
  if (existsSync(join(root, 'native/build'))) {
    cpSync(join(root, 'native/build'), join(modules, 'focalsweep/native/build'), { recursive: true });
  }
  for (const name of ['better-sqlite3', 'piscina', '@tensorflow', '@types/node']) {
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(user, 'package.json'), '{"private": true, "type": "module"}\n');
});

function node(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: user, encoding: 'utf8' });
  expect(status, stdout + stderr).toBe(0);
  return stdout;
}

const TSC = join(root, 'node_modules/typescript/bin/tsc');
const STRICT = [
  '--strict',
  '--exactOptionalPropertyTypes',
  '--noUncheckedIndexedAccess',
  '--target',
  'es2023',
];

it.each([
  ['sweep', /^4 \d+ gamma=[02] \d+\n$/],
  ['loss', /^0\.8534 6\n$/],
  ['tfjs', /^0\.8534 \[ 2, 3 \]\n$/],
  ['testing', /fail 0\n/],
])('docs/examples/%s.ts is strict and runs', (name, output) => {
  cpSync(join(root, 'docs/examples', `${name}.ts`), join(user, `${name}.ts`));
  // The declarations of TensorFlow.js themselves do not pass; ours are checked with every other example.
  const libraries = ['--skipLibCheck', String(name === 'tfjs')];
  const resolution = ['--module', 'node16', '--moduleResolution', 'node16', '--types', 'node'];
  node(TSC, ...STRICT, ...resolution, ...libraries, `${name}.ts`);
  expect(node(`${name}.js`)).toMatch(output);
});

describe('importing focalsweep', () => {
  /** Outside packages that are in use after `code`. */
  const loaded = (code: string): readonly string[] => {
    const say = `
      import { createRequire } from 'node:module';
      ${code}
      const files = [...Object.keys(createRequire(import.meta.url).cache), ...process.report.getReport().sharedObjects];
      const names = ['better-sqlite3', 'better_sqlite3', '@tensorflow', 'focalsweep.node'];
      console.log(JSON.stringify(names.filter((name) => files.some((file) => file.includes(name)))));`;
    return JSON.parse(node('--input-type=module', '-e', say)) as string[];
  };

  it('loads neither SQLite nor TensorFlow.js; opening a store and computing a loss do', () => {
    expect(loaded("await import('focalsweep');")).toEqual([]);
    expect(loaded("await import('focalsweep/testing');")).toEqual([]);
    expect(loaded("await import('focalsweep/tfjs');")).toEqual([]);
    expect(loaded("await (await import('focalsweep')).openStore('opened.db').writer();")).toContain(
      'better-sqlite3',
    );
    const loss = "try { new (await import('focalsweep/tfjs')).FocalLoss().compute({}, [0]); } catch {}";
    expect(loaded(loss)).toEqual(['@tensorflow']);
  });
});
