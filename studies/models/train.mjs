// Trains the sweeps of a table in this process, so that its CPU time is known, and reads what they chose.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildRanking, openStore, parseSpec, prepareSweep, runSweep } from '../../dist/index.js';
import { rareOffsets } from '../../dist/metrics/decisions/rare-factors.js';
import { LOGIT_STEPS } from '../../dist/sweep.js';

/** Launches a sweep of a table in `folder`, and gives its store, the CPU seconds and the ranking. */
export async function trainSweep({ seeds = 3, ...sweep }, data, folder) {
  const base = join(folder, sweep.name);
  const text = JSON.stringify({ ...sweep, seeds, store_logits: true, data }, null, 2);
  const store = openStore(`${base}.db`);
  const spec = parseSpec(text, `${base}.yaml`);
  writeFileSync(`${base}.yaml`, text);
  const prepared = await prepareSweep(spec, { db: `${base}.db` });
  const before = process.cpuUsage();
  const writer = await store.writer();
  const outcome = await runSweep({ ...prepared, writer, workers: 1 });
  await writer.close();
  const { user, system } = process.cpuUsage(before);
  if (outcome.failed > 0) throw new Error(`${base}: ${outcome.failed} runs failed`);
  // A study that goes on adds up its parts.
  const known = existsSync(`${base}.json`) ? JSON.parse(readFileSync(`${base}.json`, 'utf8')).cpuSeconds : 0;
  const cpuSeconds = outcome.complete > 0 ? known + (user + system) / 1e6 : known;
  writeFileSync(`${base}.json`, JSON.stringify({ cpuSeconds }));
  const reader = await store.reader();
  const ranking = await buildRanking(reader, sweep.name);
  await reader.close();
  return { store, cpuSeconds, ranking };
}

/** The configuration that is chosen for an aim; the best where none keeps its constraints. */
export function chosenFor(aim, { ranking }) {
  const choice = ranking.choices.find((one) => one.aim.name === aim);
  return choice?.configuration ?? ranking.best;
}

/** The decision after training that is chosen for the rare classes, if any: a configuration and by how much its rare classes count. */
export function decidedFor(aim, { ranking }) {
  return ranking.choices.find((one) => one.aim.name === aim)?.afterTraining ?? null;
}

const isEncoded = ({ encode_numbers }) => encode_numbers !== 'none';
/** Kinds of models, by the configurations that belong to them. */
export const KINDS = {
  'trees of a class': ({ model, multi_output }) => model === 'trees' && !multi_output,
  'shared trees': ({ model, multi_output }) => model === 'trees' && multi_output,
  'plain network': ({ model, ...config }) => model === 'mlp' && !isEncoded(config),
  'network, 16 bins': ({ model, ...config }) => model === 'mlp' && isEncoded(config),
};

/** The configuration of a kind with the best macro-F1 on the validation rows. */
export function bestOfKind(kind, { ranking }) {
  return ranking.configurations
    .filter(({ config }) => KINDS[kind](config))
    .reduce((a, b) => (b.metrics.macro_f1.mean > a.metrics.macro_f1.mean ? b : a));
}

/** Logits whose arg-max counts each rare class `factor` times. */
export function countedMore(logits, { classNames, rareClasses }, factor) {
  const offsets = rareOffsets(classNames.length, rareClasses, factor);
  return logits.map((own) => own.map((logit, at) => logit + offsets[at % offsets.length]));
}

/** Per seed, the logits of a configuration on a split. */
export async function logitsOf(configuration, store, split = 'test') {
  const reader = await store.reader();
  const all = [];
  for (const { runId } of configuration.runs) {
    all.push(Float32Array.from(await reader.logits(runId, split), (steps) => -steps / LOGIT_STEPS));
  }
  await reader.close();
  return all;
}
