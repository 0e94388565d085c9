// Every property test (fast-check) with many cases: specs, CSV and Parquet bytes, `--where`, checkpoints, the run state machine, the maths.
//   node test/endurance/properties.mjs [cases per property, 5000] [part of a test file's path]
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workFolder } from './sweep-under-test.mjs';

const cases = Number(process.argv[2] ?? 5000);
const part = process.argv[3] ?? '';
const root = fileURLToPath(new URL('../..', import.meta.url));
const log = join(workFolder(), 'cases');

const files = readdirSync(join(root, 'test'), { recursive: true })
  .map((file) => join('test', file))
  .filter((file) => file.endsWith('.test.ts') && file.includes(part))
  .filter((file) => readFileSync(join(root, file), 'utf8').includes("from 'fast-check'"));

const startedAt = performance.now();
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--testTimeout=3600000', '--reporter=dot', ...files],
  {
    cwd: root,
    stdio: 'inherit',
    // Many small databases and tables: memory is the place for them.
    env: {
      ...process.env,
      PROPERTY_CASES: String(cases),
      PROPERTY_LOG: log,
      ...(existsSync('/dev/shm') ? { TMPDIR: '/dev/shm' } : {}),
    },
  },
);
const ran = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').map(Number) : [];
process.stdout.write(
  `${ran.reduce((sum, count) => sum + count, 0)} cases of ${ran.length} properties in ${files.length} files, ` +
    `${status === 0 ? 'all hold' : 'NOT all hold'}; ${((performance.now() - startedAt) / 1000).toFixed(0)} s\n`,
);
process.exitCode = status ?? 1;
