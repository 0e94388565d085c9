// The command line of studies/coverage.mjs.
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What to train and to judge, and where it is kept. */
export function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      folder: { type: 'string' },
      main: { type: 'string', default: root },
      only: { type: 'string' },
      tables: { type: 'string' },
      workers: { type: 'string', default: '1' },
      split: { type: 'string' },
      short: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const folder = resolve(values.folder ?? mkdtempSync(join(tmpdir(), 'focalsweep-coverage-')));
  mkdirSync(folder, { recursive: true });
  const tables = values.tables === undefined ? undefined : Number(values.tables);
  if (tables !== undefined && !(Number.isInteger(tables) && tables >= 2)) {
    throw new Error(`--tables must be a whole number of at least 2, not ${values.tables}`);
  }
  if (values.split !== undefined && !['fixed', 'per-seed'].includes(values.split)) {
    throw new Error(`--split must be fixed or per-seed, not ${values.split}`);
  }
  return { ...values, main: resolve(values.main), folder, tables };
}
