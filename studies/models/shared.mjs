// Trees that all classes share beside trees of a class: pairs of configurations that differ in nothing else.
import { markdownTable } from '../../bench/markdown-table.mjs';

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const signed = (value) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

/** By kind, what its runs took; and of each pair the difference on the validation rows, in means over seeds. */
export async function sharedPairs({ store }, sweep) {
  const reader = await store.reader();
  const configs = new Map((await reader.trials(sweep)).map(({ trialId, config }) => [trialId, config]));
  const runs = await reader.runs(sweep);
  await reader.close();
  const pairs = new Map();
  for (const run of runs) {
    const { model, multi_output, ...config } = configs.get(run.trialId);
    if (model !== 'trees') continue;
    const key = JSON.stringify(config);
    const pair = pairs.get(key) ?? { shared: [], ofAClass: [] };
    pair[multi_output ? 'shared' : 'ofAClass'].push(run);
    pairs.set(key, pair);
  }
  const all = [...pairs.values()].filter(({ shared, ofAClass }) => shared.length > 0 && ofAClass.length > 0);
  const differences = (metric) =>
    all.map(({ shared, ofAClass }) => {
      const of = (own) => mean(own.map(({ validation }) => validation[metric]));
      return of(shared) - of(ofAClass);
    });
  const took = (kind) => ({
    rounds: mean(all.flatMap((pair) => pair[kind]).map(({ epochsTrained }) => epochsTrained)),
    seconds: mean(all.flatMap((pair) => pair[kind]).map(({ durationMs }) => durationMs / 1000)),
  });
  return {
    macroF1: differences('macro_f1'),
    logLoss: differences('log_loss'),
    shared: took('shared'),
    ofAClass: took('ofAClass'),
  };
}

export function sharedText(tables) {
  const rows = tables
    .filter(({ pairs }) => pairs.macroF1.length > 0)
    .map(({ title, pairs: { macroF1, logLoss, shared, ofAClass } }) => [
      title,
      signed(mean(macroF1)),
      `${macroF1.filter((value) => value > 0).length} of ${macroF1.length}`,
      signed(mean(logLoss)),
      `${logLoss.filter((value) => value < 0).length} of ${logLoss.length}`,
      `${ofAClass.rounds.toFixed(0)}, ${shared.rounds.toFixed(0)}`,
      `${ofAClass.seconds.toFixed(1)}, ${shared.seconds.toFixed(1)}`,
    ]);
  const head = ['macro-F1', 'higher', 'log loss', 'lower', 'rounds: of a class, shared', 's a run'];
  return `**Shared trees less trees of a class, validation rows**\n\n${markdownTable(['table', ...head], rows)}`;
}
