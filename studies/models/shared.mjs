// Trees that all classes share beside trees of a class: pairs of configurations that differ in nothing else.
import { mean } from './score.mjs';

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
