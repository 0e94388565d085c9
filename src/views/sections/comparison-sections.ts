import type { Comparison, ComparisonSide } from '../../analysis/comparison/comparison.js';
import { knobLabel } from '../../analysis/point-label.js';
import { isCostMetric, METRIC_NAMES, type MetricName, shownMetrics } from '../../metric.js';
import type { Interval } from '../../sweep.js';
import { figure, interval, seedList, signed } from '../../wording/numbers.js';
import { withFullCommands } from '../full-commands.js';
import type { Look } from '../renderer.js';
import type { Cell } from '../table.js';
import type { Section } from './section.js';

/** A comparison as sections: the sides, their different settings, the metrics, the recall per class. */
export function comparisonSections(comparison: Comparison, { db }: Look): readonly Section[] {
  return [
    sideSection(comparison),
    settingSection(comparison),
    metricSection(comparison, db),
    recallSection(comparison),
  ];
}

function sideSection({ sides }: Comparison): Section {
  return {
    heading: `${sides.length} sides; A is the reference`,
    table: {
      columns: ['side', 'given', 'kind', 'configuration', 'seeds'],
      rows: sides.map(({ letter, given, kind, label, seeds }) => [
        letter,
        given,
        kind,
        label,
        seedList(seeds),
      ]),
    },
    optional: ['kind'],
    notes: [],
  };
}

function settingSection({ sides, differing }: Comparison): Section {
  if (differing.length === 0) return { heading: 'Settings', notes: ['All settings are the same.'] };
  return {
    heading: 'Settings that differ',
    table: {
      columns: ['setting', ...sides.map(({ letter }) => letter)],
      rows: differing.map((knob) => [knob, ...sides.map(({ config }) => knobLabel(config, knob))]),
    },
    notes: [],
  };
}

function metricSection(comparison: Comparison, db: string | undefined): Section {
  return {
    heading: 'Metrics',
    table: {
      columns: ['metric', 'side', 'value', '95 %', 'minus A', '95 % of difference', 'verdict'],
      rows: shownMetrics(comparison.sides.flatMap(ownMetrics)).flatMap((name) =>
        comparison.sides.map((side) => metricRow(name, side)),
      ),
    },
    optional: ['95 %'],
    verdictColumns: ['verdict'],
    notes: comparison.notes.map((note) => withFullCommands(note, db)),
  };
}

/** The metric that ranks a side's sweep, and what its mistakes cost if the spec says so. */
function ownMetrics({ metric, costs }: ComparisonSide): readonly MetricName[] {
  return costs === null ? [metric.name] : [metric.name, ...METRIC_NAMES.filter(isCostMetric)];
}

function metricRow(name: MetricName, { letter, estimates, differences }: ComparisonSide): readonly Cell[] {
  const { mean, interval: own } = estimates[name];
  const against = differences?.[name];
  return [
    differences === null ? name : '',
    letter,
    figure(mean),
    interval(own),
    against === undefined ? '' : signed(against.mean),
    against === undefined ? '' : differenceInterval(against.interval),
    against?.verdict ?? '',
  ];
}

function differenceInterval({ low, high }: Interval): string {
  return Number.isFinite(low) ? `${signed(low)} to ${signed(high)}` : '–';
}

function recallSection({ sides, classNames }: Comparison): Section {
  const recall = ({ recalls }: ComparisonSide, name: string): readonly Cell[] => {
    const found = recalls.get(name);
    return found === undefined ? [null, null] : [figure(found.mean), interval(found.interval)];
  };
  const intervalOf = ({ letter }: ComparisonSide): string => `95 % of ${letter}`;
  return {
    heading: 'Recall per class',
    table: {
      columns: ['class', ...sides.flatMap((side) => [side.letter, intervalOf(side)])],
      rows: classNames.map((name) => [name, ...sides.flatMap((side) => recall(side, name))]),
    },
    optional: [sides.map(intervalOf)],
    notes: ['95 %: Wilson interval of the mean recall over seeds on the class’s validation rows.'],
  };
}
