// Shards of a sweep on machines that do not know of each other, as folders here; they need the compiled command line.
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../store/temporary-folder.js';

import { MAIN } from '../reliability/launched-sweep.js';

const folder = temporaryFolder();
const SPEC = `
name: parts
seeds: 2
engine: native/wasm
data: {source: "builtin:malware21", rows: 600}
train: {epochs: 2}
spaces:
  - name: network
    parameters: {gamma: {values: [0, 2]}, hidden: {values: [[8], [12]]}, learning_rate: {values: [0.01, 0.003]}}
  - name: trees
    model: {type: trees}
    parameters: {gamma: {values: [0, 1]}, max_leaves: {values: [4, 8, 15]}}
`;

/** Runs a command in the folder, outside of any array of jobs but the one that is given. */
function focalsweep(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, ...environment };
  return spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, encoding: 'utf8', env });
}

const launch = (...args: readonly string[]) => focalsweep(['launch', 'parts.yaml', ...args]);
const merged = (db: string, ...others: readonly string[]) => focalsweep(['merge', ...others, '--db', db]);
const fingerprint = (db: string) => focalsweep(['fingerprint', '--db', db]).stdout;
/** The report without times, which no two launches share. */
const report = (db: string) =>
  focalsweep(['report', '--db', db, '--format', 'json']).stdout.replace(/"[a-z_]*(_ms|_at|_seconds)": [^,\n]*/g, '');

beforeAll(() => {
  writeFileSync(join(folder, 'parts.yaml'), SPEC);
  expect(launch('--db', 'whole.db').status).toBe(0);
});

describe('launch --shard', () => {
  test('shards 1/3, 2/3 and 3/3, merged, are the whole', () => {
    const ran = [1, 2, 3].map((shard) => launch('--shard', `${shard}/3`));
    expect(ran.map(({ status, stderr }) => [status, stderr])).toEqual([0, 0, 0].map((s) => [s, expect.anything()]));
    console.log(ran.map((r) => r.stdout + r.stderr).join('\n'));
    const files = [1, 2, 3].map((shard) => `results/parts.shard-${shard}-of-3.db`);
    const m = merged('all.db', ...files);
    console.log(m.stdout + m.stderr);
    expect(fingerprint('all.db')).toBe(fingerprint('whole.db'));
    expect(report('all.db')).toBe(report('whole.db'));
  });
});
