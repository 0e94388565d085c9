// Writes what is generated from the code: sweeps/sweep.schema.json and the marked parts of the README. Tests fail where
// the schema or a reference is not current.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

const { sweepJsonSchema } = await import('../dist/spec/json-schema.js');
const { realOutput, specReference, viewReference } = await import('./reference.mjs');

writeFileSync(join(root, 'sweeps', 'sweep.schema.json'), `${JSON.stringify(sweepJsonSchema(), null, 2)}\n`);

const file = join(root, 'README.md');
let readme = readFileSync(file, 'utf8');
const parts = { ...realOutput(), spec: specReference(), views: viewReference() };
for (const [name, text] of Object.entries(parts)) {
  const part = new RegExp(`(<!-- generated: ${name} -->)[^]*?(<!-- end of ${name} -->)`);
  if (!part.test(readme)) throw new Error(`README.md has no part "${name}"`);
  readme = readme.replace(part, (_whole, start, end) => `${start}\n\n${text}\n\n${end}`);
}
writeFileSync(file, readme);
