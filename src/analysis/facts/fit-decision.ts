import { UserError } from '../../errors.js';
import { compactLogits } from '../../metrics/compact-logits.js';
import { decisionWays } from '../../metrics/decisions/decisions.js';
import type { ScoredRows } from '../../metrics/decisions/scored-rows.js';
import { statedThreshold } from '../../metrics/decisions/stated-limits.js';
import { storedProbabilities } from '../../metrics/score-curves.js';
import type { ClassDecision } from '../../model/model.js';
import type { SweepReader } from '../../store/store.js';
import type { AnyConfig } from '../../sweep.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import type { RunRow, SweepDetail } from './facts.js';
import { classLimits, columnOf, priorOffsetsOf, tuningMetric } from './score-facts.js';
import { labelsOfSeed, trainRowsOfSeed } from './seed-rows.js';

/** The runs of a model, and the sweep that they are of. */
interface FittedRuns {
  readonly sweep: SweepDetail;
  readonly runs: readonly RunRow[];
}

/**
 * The decision that reports call `name`, found on the validation rows of the runs by their stored logits: by the mean of their probabilities
 * where they share rows, else on the rows of each under its own. Throws UserError for a name that there is not for these runs, and where
 * logits were not kept.
 */
export async function fitDecision(
  reader: SweepReader,
  fitted: FittedRuns,
  name: string,
): Promise<ClassDecision> {
  const { sweep, runs } = fitted;
  const validation = await validationRows(reader, fitted);
  const { config } = await reader.run(runs[0]?.runId ?? '');
  const finders = new Map([...wayFinders(sweep, config, validation), ...limitFinders(sweep, validation)]);
  const find = finders.get(name);
  if (find === undefined) throw unknownDecision(name, [...finders.keys()]);
  return find();
}

/** Finds a decision on the validation rows. */
type Finder = readonly [name: string, find: () => ClassDecision];

function wayFinders(
  { dataset, metric, costs }: SweepDetail,
  config: AnyConfig,
  validation: ScoredRows,
): readonly Finder[] {
  const priorOffsets = priorOffsetsOf(config, { ...dataset, trainSupport: validation.trainSupport });
  const all = [...validation.labels.keys()];
  return decisionWays({ validation, priorOffsets, costs }, tuningMetric(metric))
    .filter(({ decision }) => decision !== 'temperature')
    .map(
      ({ decision: name, tune }): Finder => [
        name,
        () => {
          const { byCost, ...change } = tune(all);
          return byCost && costs !== null
            ? { kind: 'costs', name, ...change, costs }
            : { kind: 'offsets', name, offsets: change.offsets };
        },
      ],
    );
}

function limitFinders(sweep: SweepDetail, validation: ScoredRows): readonly Finder[] {
  const { classNames } = sweep.dataset;
  return classLimits(sweep).map(({ classIndex, limit }): Finder => {
    const name = limitName(limit.kind, classNames, classIndex);
    return [
      name,
      () => {
        const values = storedProbabilities(validation.logits, classNames.length);
        const { threshold } = statedThreshold(columnOf(values, validation, classIndex), null, limit);
        if (Number.isFinite(threshold)) return { kind: 'threshold', name, classIndex, threshold };
        throw new UserError(`no threshold keeps ${limit.kind} ${limit.value} on the validation rows`, {
          where: `--decide ${name}`,
          fix: 'Choose another decision.',
        });
      },
    ];
  });
}

/** `precision`, or with more than two classes `precision of <class>`. */
function limitName(kind: 'precision' | 'fpr', classNames: readonly string[], classIndex: number): string {
  return classNames.length === 2 ? kind : `${kind} of ${classNames[classIndex]}`;
}

function unknownDecision(name: string, known: readonly string[]): UserError {
  const what =
    name === 'temperature'
      ? 'a temperature changes probabilities and no class'
      : `there is no decision "${name}" for this configuration.${didYouMean(name, known)}`;
  const shown = ['none', ...known].map((own) => (own.includes(' ') ? `"${own}"` : own)).join(', ');
  return new UserError(what, { where: '--decide', fix: `The decisions are ${shown}.` });
}

/** The validation rows that choose, as a report has those of one run. */
async function validationRows(reader: SweepReader, { sweep, runs }: FittedRuns): Promise<ScoredRows> {
  const { dataset, metric } = sweep;
  const classes = dataset.classNames.length;
  const predictions = await reader.predictions(
    runs.map(({ runId }) => runId),
    'validation',
  );
  const parts: ScoredRows[] = [];
  for (const { runId, seed } of runs) {
    const logits = await reader.logits(runId, 'validation');
    const own = predictions.get(runId);
    if (logits === null || own === undefined) throw withoutLogits(sweep);
    parts.push({
      ...{ logits, predictions: own, metric, rareClasses: dataset.rareClasses },
      labels: labelsOfSeed(dataset, seed),
      trainSupport: trainRowsOfSeed(dataset, seed),
    });
  }
  const [first] = parts;
  if (first === undefined) throw new RangeError('a model has at least one run');
  if (parts.length === 1) return first;
  return dataset.validationRows === undefined
    ? { ...first, ...meanRows(parts, classes) }
    : {
        ...first,
        logits: joined(parts.map(({ logits }) => logits)),
        predictions: joined(parts.map((part) => part.predictions)),
        labels: joined(parts.map(({ labels }) => labels)),
        trainSupport: first.trainSupport.map(
          (_, cls) =>
            parts.reduce((sum, { trainSupport }) => sum + (trainSupport[cls] as number), 0) / parts.length,
        ),
      };
}

/** The logarithms of the mean probabilities of runs with the same rows, and their arg-max. */
function meanRows(parts: readonly ScoredRows[], classes: number): Pick<ScoredRows, 'logits' | 'predictions'> {
  const columns = parts.map(({ logits }) => storedProbabilities(logits, classes));
  const rows = (parts[0] as ScoredRows).labels.length;
  const logs = new Float32Array(rows * classes);
  const predictions = new Uint16Array(rows);
  for (let row = 0; row < rows; row++) {
    let best = 0;
    for (let cls = 0; cls < classes; cls++) {
      const sum = columns.reduce((total, own) => total + (own[cls * rows + row] as number), 0);
      logs[row * classes + cls] = Math.log(sum / parts.length);
      if ((logs[row * classes + cls] as number) > (logs[row * classes + best] as number)) best = cls;
    }
    predictions[row] = best;
  }
  const logits = new Uint16Array(logs.length);
  compactLogits(logs, classes, logits, 0);
  return { logits, predictions };
}

function joined(parts: readonly Uint16Array[]): Uint16Array {
  const all = new Uint16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function withoutLogits({ name }: SweepDetail): UserError {
  return new UserError('the logits of its validation rows were not kept, and a decision is found on them', {
    where: `sweep ${name}`,
    fix: 'Those of the best configuration, the baseline and the front are kept; `store_logits: true` in the spec keeps all of a new sweep.',
  });
}
