import assert from 'node:assert/strict';
import { KNOB_DEFAULTS } from '../knobs/knobs.js';
import { isProbabilityMetric, KEPT_METRICS } from '../metric.js';
import type { TrialConfig } from '../sweep.js';
import { scoreRun } from '../train/score.js';
import type { Trainer } from '../train/trainer.js';
import type { Check } from './check.js';
import { pauses } from './pause-check.js';
import { datasetOf, noise } from './small-dataset.js';
import { checkpointsInMemory, told } from './told.js';
import { jobOf, TrainerUnderCheck, trainedOf } from './trainer-under-check.js';

/** What trainerChecks needs to know about a trainer. */
export interface TrainerSettings {
  /** Knobs that override those of the checks: few rows, six epochs, a small network. */
  readonly config?: Partial<TrialConfig>;
  /** Knobs with the same group key that make a run fail; without them, failures are not checked. */
  readonly failing?: Partial<TrialConfig>;
}

const SMALL: TrialConfig = {
  ...KNOB_DEFAULTS,
  learning_rate: 0.02,
  epochs: 6,
  batch_size: 32,
  patience: 0,
  hidden: [8],
};

/** The requirements of every trainer: see `Trainer`. */
export function trainerChecks(
  load: () => Promise<Trainer>,
  { config = {}, failing }: TrainerSettings = {},
): readonly Check[] {
  let loaded: Promise<Trainer> | undefined;
  const under = async (): Promise<TrainerUnderCheck> => {
    loaded ??= load();
    return new TrainerUnderCheck(await loaded, { ...SMALL, ...config });
  };
  const check = (name: string, held: (of: TrainerUnderCheck) => Promise<void> | void): Check => ({
    name,
    check: async () => held(await under()),
  });
  return [
    check('has an id with a version, and says how many runs to train together', ({ trainer }) => {
      assert.match(trainer.id, /^[^@\s]+@[^@\s]+$/);
      assert.ok(Number.isInteger(trainer.groupSize) && trainer.groupSize >= 1);
    }),
    check('gives equal configurations the same group key', ({ trainer, runs }) => {
      const [{ config: one }] = runs;
      assert.equal(trainer.groupKey(structuredClone(one)), trainer.groupKey(one));
    }),
    check('tells epochs in order, then outputs that give every metric', handsOver),
    check('hands over weights as named arrays, or none', handsOverArrays),
    check('scores no validation row at an epoch that it helped to choose', scoresUnseenRows),
    check('says what every column means, or nothing of columns, and changes no result by it', saysImportance),
    check('gives the same bits again', repeats),
    check('gives a run the same bits alone, beside others, and in any order', isAlone),
    check('looks at the stop flag, and stops without a result', stops),
    check('goes on from checkpoints to the same bits', goesOn),
    check('pauses runs where they are asked to, or trains on, and goes on to the same bits', pauses),
    ...(failing === undefined
      ? []
      : [check('lets a run fail alone', (of) => failsAlone(of, { ...of.config, ...failing }))]),
  ];
}

async function handsOver(of: TrainerUnderCheck): Promise<void> {
  const outcome = await of.train(of.runs);
  assert.equal(outcome.end, 'done');
  assert.equal(outcome.results.size + outcome.failures.size, of.runs.length);
  for (const { runId } of of.runs) {
    const trained = trainedOf(outcome, runId);
    const { epochs, chosenEpoch } = trained;
    assert.deepEqual(
      epochs.map(({ epoch }) => epoch),
      epochs.map((_, at) => at + 1),
    );
    assert.deepEqual(outcome.epochs.get(runId) ?? [], epochs);
    assert.ok(epochs.length === 0 ? chosenEpoch === 0 : chosenEpoch >= 1 && chosenEpoch <= epochs.length);
    const { validation, test } = scoreRun(trained, of.dataset);
    const { logits, probabilities } = trained.validation;
    const hasScores = (logits ?? probabilities) !== undefined;
    for (const { loss, metrics } of [validation, test]) {
      // Those of probabilities are measured on the test rows only for sweeps that need them.
      const measured = KEPT_METRICS.filter(
        (name) => !isProbabilityMetric(name) || (hasScores && metrics === validation.metrics),
      );
      for (const name of measured) assert.ok(Number.isFinite(metrics[name]), `${name} of ${runId}`);
      assert.ok(Number.isFinite(loss));
    }
  }
}

/**
 * In tables of noise no epoch is better than another, so rows that did not choose their epoch have on average the accuracy of all
 * epochs, and rows that did have the best. The border is in the middle: over 24 tables that is three standard errors away.
 */
async function scoresUnseenRows({ trainer, config }: TrainerUnderCheck): Promise<void> {
  let [best, typical, recorded] = [0, 0, 0];
  for (let seed = 0; seed < 24; seed++) {
    const dataset = datasetOf(noise(seed), true);
    const run = {
      ...jobOf('of noise', seed, config),
      metric: { name: 'accuracy', goal: 'maximize' },
    } as const;
    const trained = trainedOf(await told({ trainer, dataset, runs: [run] }), run.runId);
    const curve = trained.epochs.map(({ validation }) => validation.accuracy);
    if (curve.length === 0) return;
    best += Math.max(...curve) / 24;
    typical += curve.reduce((sum, value) => sum + value, 0) / curve.length / 24;
    recorded += scoreRun(trained, dataset).validation.metrics.accuracy / 24;
  }
  const shown = `recorded ${recorded}, mean of all epochs ${typical}, of the best ${best}`;
  assert.ok(recorded <= (best + typical) / 2, `accuracy on noise: ${shown}`);
}

async function handsOverArrays(of: TrainerUnderCheck): Promise<void> {
  const { weights = [] } = trainedOf(await of.train(of.runs), 'first');
  assert.equal(new Set(weights.map(({ name }) => name)).size, weights.length);
  for (const { name, shape, values } of structuredClone(weights)) {
    const size = shape.reduce((product, length) => product * length, 1);
    assert.equal(values.length, size, name);
    assert.ok(values.every(Number.isFinite), name);
  }
}

async function saysImportance(of: TrainerUnderCheck): Promise<void> {
  const plain = await of.train(of.runs);
  const asked = await of.train(of.runs.map((run) => ({ ...run, shufflesColumns: true })));
  for (const { runId } of of.runs) {
    const { columnImportance: usual = [], ...expected } = trainedOf(plain, runId);
    const { columnImportance = [], ...trained } = trainedOf(asked, runId);
    assert.deepEqual(trained, expected);
    const names = of.dataset.featureColumns.map(({ name }) => name);
    for (const said of [usual, columnImportance]) {
      const own = said.map(({ column }) => column);
      assert.deepEqual(own, said.length === 0 ? [] : names);
      const shares = said.map(({ gainShare }) => gainShare ?? 0);
      assert.ok(shares.every((share) => share >= 0 && share <= 1));
      assert.ok(shares.reduce((sum, share) => sum + share, 0) < 1 + 1e-9);
    }
    for (const { drops } of columnImportance) {
      assert.ok(drops === null || [drops.macroF1, drops.rareRecall].every(({ mean }) => Math.abs(mean) <= 1));
    }
    const [one, other] = [usual, columnImportance].map((said) => said.map(({ gainShare }) => gainShare));
    assert.ok(usual.length === 0 || JSON.stringify(one) === JSON.stringify(other));
  }
}

async function repeats(of: TrainerUnderCheck): Promise<void> {
  assert.deepEqual(await of.train(of.runs), await of.train(of.runs));
}

async function isAlone(of: TrainerUnderCheck): Promise<void> {
  const together = await of.train(of.runs);
  const reversed = await of.train([...of.runs].reverse());
  for (const run of of.runs) {
    const expected = trainedOf(together, run.runId);
    assert.deepEqual(trainedOf(await of.train([run]), run.runId), expected);
    assert.deepEqual(trainedOf(reversed, run.runId), expected);
  }
}

async function stops(of: TrainerUnderCheck): Promise<void> {
  const [run] = of.runs;
  const undisturbed = await of.train([run]);
  assert.ok(undisturbed.wasFlagLookedAt);
  const { epochs } = trainedOf(undisturbed, run.runId);
  for (let stopAfter = 0; stopAfter < Math.max(1, epochs.length); stopAfter++) {
    const stopped = await of.train([run], { stopAfter });
    assert.equal(stopped.end, 'stopped');
    assert.equal(stopped.results.size + stopped.failures.size, 0);
  }
}

async function goesOn(of: TrainerUnderCheck): Promise<void> {
  const undisturbed = await of.train(of.runs);
  const epochs = [...undisturbed.epochs.values()].flat().length;
  for (const share of [0, 0.2, 0.5, 0.9]) {
    const checkpoints = checkpointsInMemory();
    const begun = await of.train(of.runs, { stopAfter: Math.round(share * epochs), checkpoints });
    const left = of.runs.filter(({ runId }) => !begun.results.has(runId));
    const resumed = left.length === 0 ? begun : await of.train(left, { checkpoints });
    for (const { runId } of of.runs) {
      const trained = trainedOf(begun.results.has(runId) ? begun : resumed, runId);
      assert.deepEqual(trained, trainedOf(undisturbed, runId));
    }
  }
}

async function failsAlone(of: TrainerUnderCheck, failing: TrialConfig): Promise<void> {
  assert.equal(of.trainer.groupKey(failing), of.trainer.groupKey(of.config));
  const outcome = await of.train([jobOf('failing', 1, failing), ...of.runs]);
  assert.deepEqual([...outcome.failures.keys()], ['failing']);
  assert.ok(outcome.failures.get('failing') instanceof Error);
  assert.deepEqual(outcome.results, (await of.train(of.runs)).results);
}
