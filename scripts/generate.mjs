// Writes what is generated from the code: sweeps/sweep.schema.json. Tests fail where it is not current.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

const { sweepJsonSchema } = await import('../dist/spec/json-schema.js');
writeFileSync(join(root, 'sweeps', 'sweep.schema.json'), `${JSON.stringify(sweepJsonSchema(), null, 2)}\n`);
