// From launch to a choice: this project's stopper on a whole grid against Optuna with PyTorch on the same table.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseSpec, prepareSweep } from '../dist/index.js';
import { markdownTable } from './markdown-table.mjs';
import { runPeer } from './peers.mjs';
import { readTable } from './replay/tables.mjs';
import { machine, writeSection } from './results-file.mjs';

const WORKERS = 2;
const SEEDS = [1, 2, 3];
const TRIALS = 120;
const main = fileURLToPath(new URL('../dist/bundle/main.js', import.meta.url));
const grid = readFileSync(new URL('./replay/malware21.yaml', import.meta.url), 'utf8');

/** The grid that the replay table was recorded from, on three seeds, with a stopper or in full. */
const specOf = (name, lines) =>
  `${grid.replace(/^(name|seeds|stop|keep):.*\n/gm, '')}\nname: ${name}\nseeds: 3\n${lines}`;

/** What a configuration reaches on the validation rows as the mean of all seeds of the replay table; how far that is below the best. */
function recordedScore(chosen) {
  const { trials } = readTable('malware21');
  const mean = ({ runs }) => runs.reduce((sum, { validation }) => sum + validation.macro_f1, 0) / runs.length;
  const keyOf = (point) => JSON.stringify(Object.entries(point).sort(([a], [b]) => (a < b ? -1 : 1)));
  const found = trials.find(({ point }) => keyOf(point) === keyOf(chosen));
  if (found === undefined) throw new Error(`no trial ${JSON.stringify(chosen)} in the table`);
  return { score: mean(found), regret: Math.max(...trials.map(mean)) - mean(found) };
}

/** Launches until the report is printed, as a user does; gives the seconds, the choice and how far it is sure. */
function ours(folder, name, lines) {
  writeFileSync(join(folder, `${name}.yaml`), specOf(name, lines));
  const focalsweep = (...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(stderr.slice(-500));
    return stdout;
  };
  const startedMs = performance.now();
  focalsweep('launch', `${name}.yaml`, '--db', 'live.db', '--workers', `${WORKERS}`);
  const seconds = (performance.now() - startedMs) / 1000;
  const report = JSON.parse(focalsweep('report', name, '--db', 'live.db', '--format', 'json'));
  return { seconds, chosen: report.configurations[0].point };
}

/** The prepared table as plain files, which spares the peer its preparation. */
async function tableFiles(folder) {
  const spec = parseSpec(specOf('table', ''));
  const { dataset } = await prepareSweep(spec, { db: join(folder, 'none.db') });
  const { features, labels, split, featureCount, classNames, rareClasses } = dataset;
  const files = {};
  for (const name of ['train', 'validation']) {
    const rows = split[name];
    const x = new Float32Array(rows.length * featureCount);
    for (const [at, row] of rows.entries()) {
      x.set(features.subarray(row * featureCount, (row + 1) * featureCount), at * featureCount);
    }
    files[`${name}_features`] = join(folder, `${name}.f32`);
    files[`${name}_labels`] = join(folder, `${name}.i32`);
    writeFileSync(files[`${name}_features`], new Uint8Array(x.buffer));
    writeFileSync(
      files[`${name}_labels`],
      new Uint8Array(Int32Array.from(rows, (row) => labels[row]).buffer),
    );
  }
  const [{ axes, base }] = spec.spaces;
  return {
    files,
    features: featureCount,
    classes: classNames.length,
    rare_classes: [...rareClasses],
    grid: Object.fromEntries(axes.map(({ knob, distribution }) => [knob, distribution.values])),
    hidden: base.hidden,
    epochs: base.epochs,
    patience: base.patience,
    batch_size: base.batch_size,
  };
}

export async function benchLive() {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-live-'));
  try {
    const table = await tableFiles(folder);
    process.stderr.write('live: halving_then_racing …\n');
    const stopped = ours(folder, 'stopped', 'stop: {type: halving_then_racing}\n');
    process.stderr.write('live: the whole grid …\n');
    const whole = ours(folder, 'whole', '');
    process.stderr.write('live: Optuna …\n');
    const request = { ...table, seeds: SEEDS, workers: WORKERS, trials: TRIALS, grace: 5, search_seed: 1 };
    const peer = runPeer('optuna_search_pytorch.py', request, { cores: WORKERS, timeoutS: 3600 });
    const contenders = [
      ['focalsweep, `halving_then_racing` over the grid', stopped],
      ['focalsweep, the whole grid', whole],
      [
        `TPE, median pruner, ${TRIALS} trials × ${SEEDS.length} seeds (${peer.version ?? 'not measured'})`,
        peer,
      ],
    ].filter(([, { chosen }]) => chosen !== undefined);
    const rows = contenders.map(([name, { seconds, chosen }]) => [
      name,
      `${seconds.toFixed(1)} s`,
      `${(seconds / stopped.seconds).toFixed(1)}×`,
      JSON.stringify(chosen),
      recordedScore(chosen).score.toFixed(4),
      recordedScore(chosen).regret.toFixed(4),
    ]);
    writeSection(
      'live',
      `## From launch to a choice

The grid of bench/replay/malware21.yaml with ${SEEDS.length} seeds, ${WORKERS} workers, one run of each in turn; wall clock of whole processes, ours with
its store, its report and the intervals. The last columns are what the chosen configuration reaches on the validation rows as the mean of the
ten seeds of the replay table, and what the best one has more.

${machine()} Load average at the end: ${loadavg()[1].toFixed(1)}.

${markdownTable(['search', 'time', 'of ours', 'chosen', 'macro_f1', 'regret'], rows)}
${peer.missing === undefined ? `\nThe pruner stopped ${peer.pruned} of ${peer.trials} trials.` : `\n- Optuna: not measured (${peer.missing})`}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
