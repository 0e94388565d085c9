import type { SeedSummary } from '../metrics/seed-statistics.js';
import type { CellValue, Rows } from '../store/store.js';
import type { ClassRecall, Configuration, Confirmation, SweepReport } from './report.js';

/** A part of a text report: terminal and Markdown show the same. */
export interface Section {
  readonly heading: string;
  readonly table?: Rows;
  readonly notes: readonly string[];
}

/** The report as sections; at most `top` configurations are listed. */
export function reportSections(report: SweepReport, top = Number.POSITIVE_INFINITY): readonly Section[] {
  if (report.best === null) {
    return [{ heading: title(report), notes: ['No run has finished yet.'] }];
  }
  return [ranking(report, top), classTable(report), confirmations(report)].filter(
    (section) => section !== null,
  );
}

function title({ sweep }: SweepReport): string {
  return `${sweep.name}: ${sweep.complete} of ${sweep.runs} runs finished, ${sweep.trials} configurations`;
}

function ranking(report: SweepReport, top: number): Section {
  const { sweep, configurations, baseline } = report;
  const listed = configurations.slice(0, top);
  if (baseline !== null && !listed.includes(baseline)) listed.push(baseline);
  const left = configurations.length - listed.length;
  return {
    heading: title(report),
    table: {
      columns: [
        '#',
        'configuration',
        'macro_f1',
        'Δ to CE',
        'rare_recall',
        'worst_recall',
        'accuracy',
        'seeds',
        'epochs',
        'trial',
      ],
      rows: listed.map((row) => rankingRow(row, baseline?.rank)),
    },
    notes: [
      `Ranked by mean ${sweep.metric.name} over seeds on ${sum(sweep.dataset.support.validation)} validation rows, ties by rare_recall; ± is the 95 % t interval over seeds.`,
      baseline === null
        ? 'No cross-entropy baseline has finished yet.'
        : `Δ to CE: seed by seed against the best cross-entropy configuration (# ${baseline.rank}). An interval that holds 0 is no evidence of a difference; the best of many is partly luck.`,
      `Rare classes: ${sweep.dataset.rareClasses.map((index) => sweep.dataset.classNames[index]).join(', ')}.`,
      ...(left > 0
        ? [`${left} more configurations: --top ${configurations.length}, or focalsweep query.`]
        : []),
      ...sweep.dataset.card.notes.filter((note) => /inferred|caveat/i.test(note)),
    ],
  };
}

function rankingRow(row: Configuration, baselineRank: number | undefined): readonly CellValue[] {
  return [
    row.rank,
    row.isCrossEntropy ? `${row.label} (cross-entropy)` : row.label,
    withMargin(row.metrics.macro_f1),
    row.versusBaseline === null || row.rank === baselineRank
      ? null
      : sign(row.versusBaseline.macro_f1.mean, 3),
    withMargin(row.metrics.rare_recall),
    row.metrics.worst_recall.mean.toFixed(3),
    row.metrics.accuracy.mean.toFixed(3),
    row.seeds.length,
    row.epochs.toFixed(1),
    row.trialId.slice(0, 8),
  ];
}

function classTable({ classes }: SweepReport): Section {
  return {
    heading: 'Recall per class on validation rows: cross-entropy against the best other configuration',
    table: {
      columns: ['class', 'rare', 'train rows', 'val. rows', 'cross-entropy', 'best other', 'change'],
      rows: classes.map(classRow),
    },
    notes: [],
  };
}

function classRow({
  name,
  rare,
  trainRows,
  validationRows,
  baseline,
  challenger,
}: ClassRecall): readonly CellValue[] {
  const change = baseline === null || challenger === null ? null : sign(challenger.mean - baseline.mean, 3);
  const recalls = [baseline?.mean.toFixed(3) ?? null, challenger?.mean.toFixed(3) ?? null];
  return [name, rare ? 'rare' : '', trainRows, validationRows, ...recalls, change];
}

function confirmations({ confirmations: rows, sweep, baseline }: SweepReport): Section {
  return {
    heading: `The same two on ${sum(sweep.dataset.support.test)} test rows, which ranked nothing`,
    table: {
      columns: ['configuration', 'macro_f1', 'rare_recall'],
      rows: rows.map((row: Confirmation) => [
        `${row.trialId === baseline?.trialId ? 'cross-entropy' : 'best other'}: ${row.label}`,
        row.macro_f1.mean.toFixed(3),
        row.rare_recall.mean.toFixed(3),
      ]),
    },
    notes: [],
  };
}

/** `0.612 ±0.013`; without the margin for one seed. */
export function withMargin({ mean, margin }: SeedSummary): string {
  return Number.isNaN(margin) ? mean.toFixed(3) : `${mean.toFixed(3)} ±${margin.toFixed(3)}`;
}

/** A difference with its sign. */
export function sign(value: number, digits: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
