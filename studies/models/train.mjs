// Trains the sweeps of a table in this process, so that its CPU time is known, and reads what they chose.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildRanking, openStore, parseSpec, prepareSweep, runSweep } from '../../dist/index.js';
import { LOGIT_STEPS } from '../../dist/sweep.js';

const MARGIN = 0.03;

/** Launches a space as a sweep of its own, in `folder`, and gives its database, the CPU seconds and the ranking. */
export async function trainSpace({ seeds = 3, ...space }, data, folder) {
  const base = join(folder, space.name.replaceAll(' ', '-'));
  const text = JSON.stringify({ ...space, seeds, store_logits: true, data }, null, 2);
  const store = openStore(`${base}.db`);
  const spec = parseSpec(text, `${base}.yaml`);
  writeFileSync(`${base}.yaml`, text);
  const { trainers, ...prepared } = await prepareSweep(spec, { db: `${base}.db` });
  const before = process.cpuUsage();
  const writer = await store.writer();
  const outcome = await runSweep({ ...prepared, trainer: trainers, writer, workers: 1 });
  await writer.close();
  const { user, system } = process.cpuUsage(before);
  if (outcome.failed > 0) throw new Error(`${base}: ${outcome.failed} runs failed`);
  // A study that goes on adds up its parts.
  const known = existsSync(`${base}.json`) ? JSON.parse(readFileSync(`${base}.json`, 'utf8')).cpuSeconds : 0;
  const cpuSeconds = outcome.complete > 0 ? known + (user + system) / 1e6 : known;
  writeFileSync(`${base}.json`, JSON.stringify({ cpuSeconds }));
  const reader = await store.reader();
  const ranking = await buildRanking(reader, space.name);
  await reader.close();
  return { space: space.name, store, cpuSeconds, ranking };
}

/**
 * What the spaces together choose, by the validation rows: the best configuration by macro-F1, and among the choices for rare classes
 * that lose at most the margin against the best baseline, the one with the highest rare recall. A sweep with `spaces:` chooses like this
 * by itself.
 */
export function chooseAmong(trained) {
  const choices = (aim) =>
    trained.flatMap(({ ranking, ...from }) =>
      ranking.choices
        .filter((choice) => choice.aim.name === aim && choice.configuration !== null)
        .map(({ configuration }) => ({ ...from, configuration })),
    );
  const measured = ({ configuration }, metric) => configuration.metrics[metric].mean;
  const best = (list, metric) => list.reduce((a, b) => (measured(b, metric) > measured(a, metric) ? b : a));
  const overall = best(choices('overall'), 'macro_f1');
  const baseline = Math.max(...trained.map(({ ranking }) => ranking.baseline?.metrics.macro_f1.mean ?? -1));
  const rare = choices('rare classes').filter((one) => measured(one, 'macro_f1') >= baseline - MARGIN);
  return { overall, rare: rare.length === 0 ? overall : best(rare, 'rare_recall') };
}

const isEncoded = ({ encode_numbers }) => encode_numbers !== 'none';
/** Kinds of models, by the configurations that belong to them. */
export const KINDS = {
  trees: ({ model }) => model === 'trees',
  'plain network': ({ model, ...config }) => model === 'mlp' && !isEncoded(config),
  'network, 16 bins': ({ model, ...config }) => model === 'mlp' && isEncoded(config),
};

/** The configuration of a kind with the best macro-F1 on the validation rows. */
export function bestOfKind(kind, trained) {
  return trained
    .flatMap(({ ranking, ...from }) =>
      ranking.configurations.map((configuration) => ({ ...from, configuration })),
    )
    .filter(({ configuration }) => KINDS[kind](configuration.config))
    .reduce((a, b) =>
      b.configuration.metrics.macro_f1.mean > a.configuration.metrics.macro_f1.mean ? b : a,
    );
}

/** Per seed, the logits of a configuration on a split. */
export async function logitsOf({ store, configuration }, split = 'test') {
  const reader = await store.reader();
  const all = [];
  for (const { runId } of configuration.runs) {
    all.push(Float32Array.from(await reader.logits(runId, split), (steps) => -steps / LOGIT_STEPS));
  }
  await reader.close();
  return all;
}
