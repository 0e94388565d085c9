// Launches the sweeps of docs/tuning-focal-loss.md if they have no results yet, and reads the results.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { summarise } from '../../dist/metrics/estimates/seed-statistics.js';
import { openStore } from '../../dist/store/open-store.js';

const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Whether the sweep was trained to its end by this very spec. */
async function isFinished(db, name, text) {
  if (!existsSync(db)) return false;
  const reader = await openStore(db).reader();
  try {
    const known = (await reader.sweeps()).find((sweep) => sweep.name === name);
    return (
      known !== undefined && known.complete === known.runs && (await reader.sweep(name)).specText === text
    );
  } finally {
    await reader.close();
  }
}

/** Trains what has no result; returns the path of the database. */
export async function launch({ study, specs, replicate, folder }) {
  const db = join(folder, `${study}-${replicate}.db`);
  for (const spec of specs) {
    const text = `${JSON.stringify({ ...spec, engine: 'native' }, null, 2)}\n`;
    if (await isFinished(db, spec.name, text)) continue;
    const file = join(folder, `${study}-${replicate}.yaml`);
    writeFileSync(file, text);
    process.stderr.write(`${study} ${replicate}: ${spec.name}\n`);
    const { status, stderr } = spawnSync(
      process.execPath,
      [cli, 'launch', file, '--db', db, '--workers', '1'],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
  }
  return db;
}

const keyOf = (config, sweep) =>
  JSON.stringify([
    config.alpha,
    config.gamma,
    config.learning_rate,
    config.sampler,
    config.mixup,
    config.optimizer,
    config.epochs,
    sweep,
  ]);
/** Sweeps whose data differ from those of the others of their database. */
const OTHER_DATA = /^raw$| (\d+)$/;

/** Configurations of a study with one result for each replicate, and the data of the first. */
export async function readStudy(databases) {
  const found = new Map();
  const readers = await Promise.all(databases.map((db) => openStore(db).reader()));
  let trainedMs = 0;
  let runCount = 0;
  for (const [replicate, reader] of readers.entries()) {
    for (const { name: sweep } of await reader.sweeps()) {
      const data = OTHER_DATA.exec(sweep)?.[0] ?? '';
      const runs = new Map((await reader.runs(sweep)).map((run) => [run.trialId, run]));
      for (const { trialId, config } of await reader.trials(sweep)) {
        const key = keyOf(config, data);
        const known = found.get(key) ?? { config, data: data.trim(), results: [] };
        found.set(key, known);
        if (known.results[replicate] !== undefined) continue;
        const { runId, validation, chosenEpoch, durationMs } = runs.get(trialId);
        const test = (await reader.testMetrics(sweep, trialId)).get(runId);
        const [epochs, logits, classes] = await Promise.all([
          reader.epochs(runId),
          reader.logits(runId),
          reader.classMetrics([runId], 'test'),
        ]);
        trainedMs += durationMs ?? 0;
        runCount += 1;
        known.results[replicate] = {
          validation,
          test,
          chosenEpoch,
          epochs,
          logits,
          recalls: classes.get(runId).map(({ recall }) => recall),
        };
      }
    }
  }
  const sweeps = await Promise.all(readers.map((reader) => reader.sweep()));
  await Promise.all(readers.map((reader) => reader.close()));
  const configurations = [...found.values()];
  const incomplete = configurations.filter(({ results }) => Object.keys(results).length < readers.length);
  if (incomplete.length > 0) throw new Error(`${incomplete.length} configurations lack a replicate`);
  return {
    configurations,
    runCount,
    trainedMs,
    replicates: readers.length,
    engine: sweeps[0].engine,
    datasets: sweeps.map(({ dataset }) => dataset),
  };
}

/** One value per replicate. */
export const valuesOf = (configuration, split, metric) =>
  configuration.results.map((result) => result[split][metric]);

/** The configuration with the highest mean of a validation metric. */
export function best(configurations, metric = 'macro_f1') {
  const mean = (configuration) => summarise(valuesOf(configuration, 'validation', metric)).mean;
  const found = configurations.toSorted((a, b) => mean(b) - mean(a))[0];
  if (found === undefined) throw new Error('no such configuration');
  return found;
}

/** Mean, spread and t interval of a − b, replicate by replicate. */
export const paired = (a, b) => summarise(a.map((value, index) => value - b[index]));

/** The same for a metric of two configurations. */
export const change = (configuration, baseline, metric, split = 'test') =>
  paired(valuesOf(configuration, split, metric), valuesOf(baseline, split, metric));
