import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { moduleFiles } from '../../../src/train/module/module-files.js';
import { thrown } from '../../thrown.js';
import { saidBy } from '../answer/answer-cases.js';

/** Writes files by their relative paths into a folder of the test. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'focalsweep-files-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function filesOf(files: Readonly<Record<string, string>>, entry = 'a.mjs'): string[] {
  const folder = folderWith(files);
  return moduleFiles(join(folder, entry)).map((file) => relative(folder, file));
}

function refusalOf(files: Readonly<Record<string, string>>, entry = 'a.mjs'): string {
  const folder = folderWith(files);
  return saidBy(thrown(() => moduleFiles(join(folder, entry)))).replaceAll(`${folder}/`, '');
}

it('finds what a module imports in every way, and what that imports', () => {
  const files = {
    'a.mjs': `#!/usr/bin/env node
      import './b.mjs'; import b, { c as d } from "./lib/c.js"; export * from './d.mjs'; export { e } from './e.mjs';
      import config from './config.json' with { type: 'json' };
      const f = await import('./f.mjs'); const g = () => import(\`./g%20h.mjs?v=1#x\`);
      import fs from 'node:fs'; import tf from '@tensorflow/tfjs-core'; export { d };`,
    'b.mjs': '',
    'lib/c.js': "import '../up.mjs';",
    'd.mjs': '',
    'e.mjs': 'export const e = 1;',
    'f.mjs': '',
    'g h.mjs': '',
    'up.mjs': '',
    'config.json': '{"import": "./nothing.mjs"}',
    'unused.mjs': '',
  };
  expect(filesOf(files)).toEqual([
    'a.mjs',
    'b.mjs',
    'config.json',
    'd.mjs',
    'e.mjs',
    'f.mjs',
    'g h.mjs',
    'lib/c.js',
    'up.mjs',
  ]);
});

it('finds what CommonJS requires, by the rules of require', () => {
  const files = {
    'a.cjs':
      "const x = require('./lib'); if (x) return; module.exports = [require('./data'), require(`./own`), import('./m.mjs')];",
    'lib/package.json': '{"main": "./main.js"}',
    'lib/main.js': "with (Math) require('../own.js')",
    'data.json': '{}',
    'own.js': '',
    'm.mjs': '',
  };
  expect(filesOf(files, 'a.cjs')).toEqual(['a.cjs', 'data.json', 'lib/main.js', 'm.mjs', 'own.js']);
});

it('finds a require that a module makes for itself', () => {
  const files = {
    'a.mjs':
      "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); require('./b');",
    'b.js': '',
  };
  expect(filesOf(files)).toEqual(['a.mjs', 'b.js']);
});

it('follows circles and links once', () => {
  const folder = folderWith({
    'real/a.mjs': "import './b.mjs';",
    'real/b.mjs': "import './a.mjs'; import './b.mjs';",
  });
  symlinkSync(join(folder, 'real/a.mjs'), join(folder, 'link.mjs'));
  expect(moduleFiles(join(folder, 'link.mjs'))).toEqual([
    join(folder, 'real/a.mjs'),
    join(folder, 'real/b.mjs'),
  ]);
});

it('takes no import from comments, texts and expressions', () => {
  const text = `
    // import './x.mjs'
    /* export * from './x.mjs' */
    const a = "import './x.mjs'", b = 'require("./x")', c = /require('.\\/x')/, d = \`\${a} import('./x.mjs')\`;
    const load = (name) => [import(\`./\${name}.mjs\`), import('./' + name), import(name)];
    const mine = { require() {}, import: 1 }; mine.require('./x'); mine.import; import.meta.url;
    class A { static #x = 1; get import() { return a?.b ?? this.#x; } async *require() {} }`;
  expect(filesOf({ 'a.mjs': text })).toEqual(['a.mjs']);
});

it.each<[string, Readonly<Record<string, string>>, RegExp]>([
  ['a module that is missing', {}, /^there is no file a\.mjs/],
  ['a folder', { 'a.mjs/x': '' }, /^there is no file a\.mjs \| Name a file/],
  [
    'an import that is missing',
    { 'a.mjs': "\n  import './b.mjs';" },
    /^a\.mjs:2:3 imports \.\/b\.mjs, and there is no such file/,
  ],
  [
    'an import without its extension',
    { 'a.mjs': "import './b';", 'b.mjs': '' },
    /imports \.\/b, .* \| .*with its extension/,
  ],
  [
    'a require that is missing',
    { 'a.mjs': "import './b.cjs'", 'b.cjs': "x = require('./c')" },
    /^b\.cjs:1:5 imports \.\/c/,
  ],
  ['an import with a slash in its name', { 'a.mjs': "import './b%2Fc.mjs';" }, /^a\.mjs:1:1 imports/],
  [
    'a file that is no JavaScript',
    { 'a.mjs': "import './b.mjs'", 'b.mjs': 'let a = 1;\nlet a = 2;' },
    /^b\.mjs:2:5 is no JavaScript: Identifier 'a' has already been declared/,
  ],
])('refuses %s', (_, files, said) => {
  expect(refusalOf(files)).toMatch(said);
});

it('reads code that is nested deeply', () => {
  const text = `import './b.mjs'; const a = ${'1 + '.repeat(1000)}1;`;
  expect(filesOf({ 'a.mjs': text, 'b.mjs': '' })).toEqual(['a.mjs', 'b.mjs']);
});

/** False on Node 20, which runs no TypeScript. */
const runsTypeScript = Boolean((process.features as { typescript?: unknown }).typescript);
const typed = {
  'a.mts': "import type { B } from './types.mts';\nimport { b } from './b.mts';\nexport const a: B = b;",
  'b.mts': 'export const b: number = 1;',
};

it.runIf(runsTypeScript)('reads TypeScript as Node runs it', () => {
  expect(filesOf(typed, 'a.mts')).toEqual(['a.mts', 'b.mts']);
  expect(refusalOf({ 'a.mts': 'enum A { b }' }, 'a.mts')).toMatch(/^a\.mts is no TypeScript that Node runs/);
});

it.skipIf(runsTypeScript)('refuses TypeScript where Node does not run it', () => {
  expect(refusalOf(typed, 'a.mts')).toMatch(/^Node v20\S+ runs no TypeScript \(a\.mts\) \| Compile it/);
});
