// Writes what comes from the code: sweeps/sweep.schema.json, and the marked parts of the README and of docs/. Tests fail where
// the schema or a reference is out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

const { sweepJsonSchema } = await import('../dist/spec/json-schema.js');
const { commandList, libraryExamples, sharedArguments, specReference, viewReference } = await import(
  './reference.mjs'
);
const { shownOutput } = await import('./shown-output.mjs');

writeFileSync(join(root, 'sweeps', 'sweep.schema.json'), `${JSON.stringify(sweepJsonSchema(), null, 2)}\n`);

const { start, commands, tables, queries } = shownOutput();
const pages = {
  'README.md': { start, 'command list': commandList() },
  'docs/spec.md': { spec: specReference() },
  'docs/commands.md': { 'shared arguments': sharedArguments(), commands },
  'docs/library.md': libraryExamples(),
  'docs/database.md': { views: viewReference(), tables, queries },
};
for (const [name, parts] of Object.entries(pages)) {
  const file = join(root, name);
  let page = readFileSync(file, 'utf8');
  for (const [part, text] of Object.entries(parts)) {
    const marked = new RegExp(`(<!-- generated: ${part} -->)[^]*?(<!-- end of ${part} -->)`);
    if (!marked.test(page)) throw new Error(`${name} has no part "${part}"`);
    page = page.replace(marked, (_whole, begin, end) => `${begin}\n\n${text}\n\n${end}`);
  }
  writeFileSync(file, page);
}
