// A worker that throws, aborts, segfaults, loops for ever, eats memory, exits or gives NaN: the sweep ends, the run is given up,
// nothing else is lost. That the system ends a process for want of memory needs a memory cgroup (version 1) that may be made.
//   node test/endurance/faults.mjs [γ of one fault, see faulty-native.mjs]
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../../dist/store/sqlite/file/driver.js';
import { FAULTS } from './faulty-native.mjs';
import {
  fingerprint,
  focalsweep,
  inspect,
  must,
  UNBUNDLED,
  workFolder,
  writeSpec,
} from './sweep-under-test.mjs';

const folder = workFolder();
const preload = ['--import', new URL('./faulty-engine.mjs', import.meta.url).href];
const EPOCHS = 30;

const healthy = writeSpec(folder, 'healthy', { engine: 'native', epochs: EPOCHS, gammas: [0, 2] });
const reference = join(folder, 'reference.db');
must(focalsweep(['launch', healthy, '--db', reference]).status === 0, 'the undisturbed sweep ends');

const rowsOf = (db, sql) => {
  const database = new Database(db, { readonly: true });
  const rows = database.prepare(sql).all();
  database.close();
  return rows;
};
const CGROUPS = '/sys/fs/cgroup/memory';
const cgroup = join(CGROUPS, `focalsweep-${process.pid}`);

/** Puts this process and what it starts into a group with 700 MB; says whether that can be done. */
function limitMemory() {
  try {
    mkdirSync(cgroup);
    writeFileSync(join(cgroup, 'memory.limit_in_bytes'), String(700 * 2 ** 20));
    writeFileSync(join(cgroup, 'cgroup.procs'), String(process.pid));
    return true;
  } catch {
    return false;
  }
}

function unlimitMemory() {
  writeFileSync(join(CGROUPS, 'cgroup.procs'), String(process.pid));
  rmdirSync(cgroup);
}

const RESULTS = `select run_id, chosen_epoch, loss, macro_f1, log_loss from results join split_metrics using (run_id)
  order by run_id, split`;

const only = process.argv[2];
for (const [gamma, what] of Object.entries(FAULTS)) {
  if (only !== undefined && only !== gamma) continue;
  const spec = writeSpec(folder, `fault-${gamma}`, {
    engine: 'native',
    epochs: EPOCHS,
    gammas: [0, gamma, 2],
    seeds: 2,
  });
  const db = join(folder, `fault-${gamma}.db`);
  const startedAt = performance.now();
  if (gamma === '18' && !limitMemory()) {
    process.stdout.write(`${what}: skipped, no memory cgroup can be made here\n`);
    continue;
  }
  const launched = focalsweep(['launch', spec, '--db', db, '--workers', '2', '--stall-timeout', '3'], {
    main: UNBUNDLED,
    node: [...preload, ...(gamma === '15' ? ['--max-old-space-size=200'] : [])],
    timeoutMs: 180_000,
  });
  if (gamma === '18') unlimitMemory();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const { integrity, results, runs } = inspect(db);
  const failed = rowsOf(
    db,
    `select gamma, runs_wide.error, attempts, failures from runs_wide
    join run_states on run_states.run_id = run where runs_wide.state = 'failed'`,
  );
  must(launched.status === 1, `γ = ${gamma} ends with exit 1, not ${launched.status}\n${launched.stderr}`);
  must(
    integrity === 'ok' && runs === 12 && results === 8,
    `γ = ${gamma} leaves ${results} results of ${runs} runs`,
  );
  must(
    failed.length === 4 && failed.every((run) => run.gamma === Number(gamma)),
    `γ = ${gamma} gives up its own four runs`,
  );
  const known = new Set(rowsOf(reference, RESULTS).map((row) => JSON.stringify(row)));
  const same = rowsOf(db, RESULTS).every((row) => known.has(JSON.stringify(row)));
  must(same && known.size === 16, `γ = ${gamma}: the other runs have the results of the undisturbed sweep`);
  must(/4 runs failed/.test(launched.stderr), `γ = ${gamma}: the summary tells of the failures`);
  process.stdout.write(
    `${what}: ${seconds} s, exit ${launched.status}, 8 results as undisturbed, 4 given up after ${failed.map(({ failures }) => failures)} attempts: ${failed[0].error}\n`,
  );
}
must(fingerprint(reference).length === 64, 'the reference can be read');
