import { UserError } from '../errors.js';
import type { CellValue, RunRow, SweepReader } from '../store/store.js';
import { METRIC_NAMES, type TrialConfig } from '../sweep.js';
import { buildReport } from './build-report.js';
import { meanRecalls } from './class-recalls.js';
import { pointLabel, valueLabel } from './point-label.js';
import type { MetricSummaries } from './report.js';
import type { Section } from './section.js';
import { sign, withMargin } from './shown-numbers.js';
import { metricSummaries } from './trial-results.js';

/** One side of a comparison: a run, or the finished seeds of a configuration. */
export interface ComparisonSide {
  readonly given: string;
  readonly kind: 'run' | 'trial' | 'sweep';
  readonly label: string;
  readonly config: TrialConfig;
  readonly seeds: readonly number[];
  readonly metrics: MetricSummaries;
  readonly recalls: readonly number[];
  readonly classNames: readonly string[];
}

export interface Comparison {
  readonly a: ComparisonSide;
  readonly b: ComparisonSide;
}

/** Compares two things by sweep name, trial id or run id (the start of an id is enough). Throws UserError for unknown ones. */
export function compare(reader: SweepReader, a: string, b: string): Comparison {
  return { a: side(reader, a), b: side(reader, b) };
}

function side(reader: SweepReader, given: string): ComparisonSide {
  if (reader.sweeps().some(({ name }) => name === given)) return sweepSide(reader, given);
  const trial = reader.findTrial(given);
  if (trial !== null) return trialSide(reader, { given, kind: 'trial', trialId: trial.trialId });
  const { run } = reader.run(given);
  return trialSide(reader, { given, kind: 'run', trialId: run.trialId, runId: run.runId });
}

function sweepSide(reader: SweepReader, given: string): ComparisonSide {
  const { best } = buildReport(reader, given);
  if (best === null) throw nothingFinished(given);
  return trialSide(reader, { given, kind: 'sweep', trialId: best.trialId });
}

function nothingFinished(given: string): UserError {
  return new UserError(`no run of ${given} has finished yet`, { fix: 'Launch its sweep and compare again.' });
}

interface SideRequest {
  readonly given: string;
  readonly kind: ComparisonSide['kind'];
  readonly trialId: string;
  readonly runId?: string;
}

function trialSide(reader: SweepReader, { given, kind, trialId, runId }: SideRequest): ComparisonSide {
  const trial = reader.findTrial(trialId);
  const found = findRuns(reader, trialId);
  const runs = found.runs.filter((run) => runId === undefined || run.runId === runId);
  if (trial === null || runs.length === 0) throw nothingFinished(given);
  return {
    given,
    kind,
    label: `${pointLabel(trial.point)}${runId === undefined ? '' : ` seed ${runs[0]?.seed}`}`,
    config: trial.config,
    seeds: runs.map((run) => run.seed),
    metrics: metricSummaries(runs),
    recalls: meanRecalls(
      reader,
      runs.map((run) => run.runId),
    ),
    classNames: found.classNames,
  };
}

function findRuns(
  reader: SweepReader,
  trialId: string,
): { runs: readonly RunRow[]; classNames: readonly string[] } {
  for (const { name } of reader.sweeps()) {
    const runs = reader.runs(name).filter((run) => run.trialId === trialId);
    if (runs.length > 0) return { runs, classNames: reader.sweep(name).dataset.classNames };
  }
  return { runs: [], classNames: [] };
}

/** A comparison as sections: what differs in the settings, the metrics, the recall per class. */
export function comparisonSections({ a, b }: Comparison): readonly Section[] {
  const knobs = Object.keys(a.config) as (keyof TrialConfig)[];
  const differing = knobs.filter((knob) => valueLabel(a.config[knob]) !== valueLabel(b.config[knob]));
  const seedsNote = `Seeds: A ${a.seeds.join(', ')}; B ${b.seeds.join(', ')}. Validation rows; ± is the 95 % t interval over seeds.`;
  return [
    {
      heading: `A: ${a.given} (${a.kind}): ${a.label}\nB: ${b.given} (${b.kind}): ${b.label}`,
      ...(differing.length === 0
        ? { notes: ['The settings are the same.'] }
        : {
            table: {
              columns: ['setting', 'A', 'B'],
              rows: differing.map((knob) => [knob, valueLabel(a.config[knob]), valueLabel(b.config[knob])]),
            },
            notes: [],
          }),
    },
    {
      heading: 'Metrics',
      table: {
        columns: ['metric', 'A', 'B', 'B − A'],
        rows: METRIC_NAMES.map((name) => metricRow(name, a, b)),
      },
      notes: [seedsNote],
    },
    recallSection(a, b),
  ];
}

function metricRow(
  name: (typeof METRIC_NAMES)[number],
  a: ComparisonSide,
  b: ComparisonSide,
): readonly CellValue[] {
  const [left, right] = [a.metrics[name], b.metrics[name]];
  return [name, withMargin(left), withMargin(right), sign(right.mean - left.mean, 3)];
}

function recallSection(a: ComparisonSide, b: ComparisonSide): Section {
  const names = [...new Set([...a.classNames, ...b.classNames])];
  const recall = (of: ComparisonSide, name: string): number | undefined =>
    of.recalls[of.classNames.indexOf(name)];
  return {
    heading: 'Recall per class',
    table: {
      columns: ['class', 'A', 'B', 'B − A'],
      rows: names.map((name) => {
        const [left, right] = [recall(a, name), recall(b, name)];
        const change = left === undefined || right === undefined ? null : sign(right - left, 3);
        return [name, left?.toFixed(3) ?? null, right?.toFixed(3) ?? null, change];
      }),
    },
    notes: [],
  };
}
