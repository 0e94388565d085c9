import { buildReport } from '../../src/analysis/analysis.js';
import type { SweepReport } from '../../src/analysis/report.js';
import { classMetrics, metricValues } from '../../src/metrics/classification-metrics.js';
import { confusionMatrix } from '../../src/metrics/confusion.js';
import { randomStream } from '../../src/random.js';
import { openStore } from '../../src/store/open-store.js';
import type { SplitResult, Trial } from '../../src/sweep.js';
import { LOGIT_STEPS } from '../../src/sweep.js';
import {
  complete,
  sampleDataset,
  sampleMetrics,
  sampleSweep,
  sampleTrial,
  started,
} from '../store/sample-sweep.js';

const SUPPORT = [120, 60, 20];
const LABELS = Uint16Array.from(SUPPORT.flatMap((rows, label) => Array<number>(rows).fill(label)));
const SEEDS = [1, 2, 3];

/** γ × learning rate; γ = 2 finds far more of the rare class, and the learning rate does nothing. */
const TRIALS: readonly { readonly trial: Trial; readonly rareRecall: number }[] = [
  [0, 0.001, 0.3],
  [0, 0.003, 0.3],
  [1, 0.001, 0.5],
  [1, 0.003, 0.5],
  [2, 0.001, 0.95],
  [2, 0.003, 0.95],
].map(([gamma = 0, learning_rate = 0, rareRecall = 0], at) => ({
  trial: sampleTrial(`${'abcdef'[at]}${at}`, { alpha: 1, gamma, learning_rate }),
  rareRecall,
}));

/** Two more, which all others beat. */
const BEATEN = [0.1, 0.05].map((rareRecall, at) => ({
  trial: sampleTrial(`${'gh'[at]}${at}`, { alpha: 1, gamma: 5, learning_rate: 0.001 * (at + 1) }),
  rareRecall,
}));

export const SPEC_TEXT = `# what we want to know
name: sample
parameters:
  gamma: {values: [0, 1, 2]}   # focusing
  learning_rate:
    values: [0.001, 0.003]
seeds: 3
data:
  source: table.csv
train: {epochs: 3}
`;

function split(rareRecall: number, seed: number): SplitResult {
  const stream = randomStream(seed, 'synthetic', Math.round(1000 * rareRecall));
  const predictions = LABELS.map((label) =>
    stream.uniform() < ([0.9, 0.8, rareRecall][label] ?? 0) ? label : (label + 1) % 3,
  );
  const confusion = confusionMatrix(LABELS, predictions, 3);
  return {
    loss: 1,
    metrics: metricValues({ confusion, rareClasses: [2], logLoss: 1 }),
    classes: classMetrics(confusion),
    confusion,
    predictions,
  };
}

type SweepChanges = Parameters<typeof sampleSweep>[0];

/** The report of a sweep of six configurations in a store of its own, or of eight; `changes` are to its record. */
export async function sampleReport(
  changes: SweepChanges = {},
  { hasBeaten = false }: { readonly hasBeaten?: boolean } = {},
): Promise<SweepReport> {
  const reader = await openStore(await recordSample(changes, undefined, { hasBeaten })).reader();
  try {
    return await buildReport(reader);
  } finally {
    await reader.close();
  }
}

let stores = 0;

/** Records that sweep in a store of its own, with notes on its data; gives the URL of the store. */
export async function recordSample(
  changes: SweepChanges = {},
  notes?: readonly string[],
  {
    hasTestLogits = true,
    hasBeaten = false,
  }: { readonly hasTestLogits?: boolean; readonly hasBeaten?: boolean } = {},
): Promise<string> {
  const recorded = hasBeaten ? [...TRIALS, ...BEATEN] : TRIALS;
  const url = `memory:sample-report-${++stores}`;
  const sample = sampleDataset();
  const dataset = {
    ...sample,
    card: { ...sample.card, notes: notes ?? sample.card.notes },
    support: { train: [600, 300, 100], validation: SUPPORT, test: SUPPORT },
    validationLabels: LABELS,
    testLabels: LABELS,
  };
  const trials = recorded.map(({ trial }) => trial);
  const sweep = sampleSweep({ dataset, trials, seeds: SEEDS, specText: SPEC_TEXT, ...changes });
  const writer = await openStore(url).writer();
  await writer.open(sweep);
  for (const { trial, rareRecall } of recorded) {
    for (const seed of SEEDS) {
      const runId = `${trial.trialId.slice(0, 2)}-${seed}`;
      const { testLogits, ...result } = sampleRunResult(runId, rareRecall, seed);
      await writer.record([started(runId), complete(hasTestLogits ? { ...result, testLogits } : result)]);
    }
  }
  await writer.close();
  return url;
}

function sampleRunResult(runId: string, rareRecall: number, seed: number) {
  const validation = split(rareRecall, seed);
  const test = split(rareRecall, seed + 100);
  return {
    runId,
    epochs: [1, 2, 3].map((epoch) => ({
      epoch,
      trainLoss: 2 / epoch,
      trainAccuracy: epoch / 4,
      validationLoss: 2.5 / epoch,
      validation: sampleMetrics(validation.metrics.macro_f1 - (3 - epoch) / 10),
    })),
    chosenEpoch: 3,
    stoppedBy: 'epochs' as const,
    validation,
    test,
    validationLogits: logitsOf(validation.predictions),
    testLogits: logitsOf(test.predictions),
  };
}

/** A logit of 2 for what is predicted, 0 for the others. */
function logitsOf(predictions: Uint16Array): Uint16Array {
  return Uint16Array.from(
    [...predictions].flatMap((predicted) => [0, 1, 2].map((c) => (c === predicted ? 0 : 2 * LOGIT_STEPS))),
  );
}
