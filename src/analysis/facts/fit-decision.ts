import { UserError } from '../../errors.js';
import { compactLogits } from '../../metrics/compact-logits.js';
import { decisionWays } from '../../metrics/decisions/decisions.js';
import { rareFactorName, rareOffsets } from '../../metrics/decisions/rare-factors.js';
import type { ScoredRows } from '../../metrics/decisions/scored-rows.js';
import { statedThreshold } from '../../metrics/decisions/stated-limits.js';
import { storedProbabilities } from '../../metrics/score-curves.js';
import type { ClassDecision } from '../../model/model.js';
import type { SweepReader } from '../../store/store.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import type { RunRow, SweepDetail } from './facts.js';
import {
  type ClassLimit,
  classLimits,
  columnOf,
  priorOffsetsOf,
  tuningMetric,
} from './scores/score-facts.js';
import { labelsOfSeed, trainRowsOfSeed } from './seed-rows.js';

/** In the list of decisions, which are named by an example. */
const EXAMPLE_FACTOR = 5;

/** The runs of a model, and the sweep that they are of. */
interface FittedRuns {
  readonly sweep: SweepDetail;
  readonly runs: readonly RunRow[];
}

/**
 * The decision that reports call `name`, or a threshold such as `fpr=0.001`, found on the validation rows of the runs by their stored logits: by the
 * mean of their probabilities where they share rows, else on the rows of each under its own. Throws UserError for a name that there is not for
 * these runs, where no threshold keeps the limit, and where logits were not kept. A factor of rare classes needs none.
 */
export async function fitDecision(
  reader: SweepReader,
  fitted: FittedRuns,
  name: string,
): Promise<ClassDecision> {
  const { sweep, runs } = fitted;
  const { dataset, metric, costs } = sweep;
  const factor = rareFactorIn(name);
  if (factor !== undefined && dataset.rareClasses.length > 0) {
    return {
      kind: 'offsets',
      name,
      offsets: rareOffsets(dataset.classNames.length, dataset.rareClasses, factor),
    };
  }
  const validation = await validationRows(reader, fitted);
  const limit = limitNamed(name, sweep);
  if (limit !== undefined) return thresholdDecision(limit, dataset, validation);
  const { config } = await reader.run(runs[0]?.runId ?? '');
  const priorOffsets = priorOffsetsOf(config, { ...dataset, trainSupport: validation.trainSupport });
  const ways = decisionWays({ validation, priorOffsets, costs }, tuningMetric(metric)).filter(
    ({ decision }) => decision !== 'temperature',
  );
  const way = ways.find(({ decision }) => decision === name);
  if (way === undefined) {
    const limits = classLimits(sweep).map((own) => limitName(own, dataset));
    const factors = dataset.rareClasses.length === 0 ? [] : [rareFactorName(EXAMPLE_FACTOR)];
    throw unknownDecision(name, [...ways.map(({ decision }) => decision), ...factors, ...limits]);
  }
  const { byCost, temperature, offsets } = way.tune([...validation.labels.keys()]);
  return byCost && costs !== null
    ? { kind: 'costs', name, temperature, offsets, costs }
    : { kind: 'offsets', name, offsets };
}

/** Of `rare classes=7`; undefined for other names, and for no positive number. */
function rareFactorIn(name: string): number | undefined {
  const factor = Number(/^rare classes=(?<factor>\d*\.?\d+)$/.exec(name)?.groups?.factor);
  return factor > 0 ? factor : undefined;
}

/** `precision=0.9`, and with more than two classes `precision=0.9 of <class>`; a limit without a value has that of the sweep. */
const LIMIT = /^(?<kind>precision|fpr)(?:=(?<value>\d*\.?\d+))?(?: of (?<className>.*))?$/s;

function limitNamed(name: string, sweep: SweepDetail): ClassLimit | undefined {
  const { kind, value, className } = LIMIT.exec(name)?.groups ?? {};
  const own = classLimits(sweep).find(
    ({ classIndex, limit }) => limit.kind === kind && classOf(classIndex, sweep.dataset) === className,
  );
  if (own === undefined || value === undefined) return own;
  return { ...own, limit: { ...own.limit, value: shareOf(value, name) } };
}

/** Undefined where there is no other to choose. */
function classOf(classIndex: number, { classNames }: SweepDetail['dataset']): string | undefined {
  return classNames.length === 2 ? undefined : classNames[classIndex];
}

function shareOf(written: string, name: string): number {
  const value = Number(written);
  if (value <= 1) return value;
  throw new UserError(`${written} is above 1, and precision and fpr are shares`, {
    where: `--decide "${name}"`,
    fix: 'Write 90 % as 0.9.',
  });
}

function limitName({ classIndex, limit }: ClassLimit, dataset: SweepDetail['dataset']): string {
  const className = classOf(classIndex, dataset);
  return `${limit.kind}=${limit.value}${className === undefined ? '' : ` of ${className}`}`;
}

function thresholdDecision(
  own: ClassLimit,
  dataset: SweepDetail['dataset'],
  validation: ScoredRows,
): ClassDecision {
  const { classIndex, limit } = own;
  const name = limitName(own, dataset);
  const values = storedProbabilities(validation.logits, dataset.classNames.length);
  const { threshold } = statedThreshold(columnOf(values, validation, classIndex), null, limit);
  if (Number.isFinite(threshold)) return { kind: 'threshold', name, classIndex, threshold };
  throw new UserError(`no threshold on the validation rows keeps ${name}`, {
    where: '--decide',
    fix: 'State a limit that is easier to keep, or choose another decision.',
  });
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
  return Uint16Array.from(parts.flatMap((part) => [...part]));
}

function withoutLogits({ name }: SweepDetail): UserError {
  return new UserError('the logits of its validation rows were not kept, and a decision is found on them', {
    where: `sweep ${name}`,
    fix: 'Those of the best configuration, the baseline and the front are kept; `store_logits: true` in a spec keeps those of all runs that it trains.',
  });
}
