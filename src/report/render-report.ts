import type { CellValue } from '../store/store.js';
import { METRIC_NAMES } from '../sweep.js';
import type { Configuration, SweepReport } from './report.js';
import { markdownTable, renderRows, textTable } from './rows.js';
import { reportSections, type Section } from './sections.js';

export type ReportFormat = 'table' | 'md' | 'json' | 'csv';

export interface RenderOptions {
  readonly format: ReportFormat;
  /** Configurations to list in text formats. */
  readonly top?: number;
  /** The terminal's width. */
  readonly width?: number | undefined;
}

/** A report as text, without a last newline. */
export function renderReport(report: SweepReport, { format, top, width }: RenderOptions): string {
  if (format === 'json') return JSON.stringify(jsonReport(report), null, 2);
  if (format === 'csv') return renderRows(configurationRows(report), 'csv');
  return renderSections(reportSections(report, top), format, width);
}

/** Sections as terminal text or Markdown. */
export function renderSections(sections: readonly Section[], format: 'table' | 'md', width?: number): string {
  return sections.map((section) => renderSection(section, format, width)).join('\n\n');
}

function renderSection({ heading, table, notes }: Section, format: 'table' | 'md', width?: number): string {
  const markdown = format === 'md';
  const parts = [markdown ? `## ${heading}` : heading];
  if (table !== undefined) parts.push(markdown ? markdownTable(table) : textTable(table, width));
  if (notes.length > 0) parts.push(markdown ? notes.map((note) => `- ${note}`).join('\n') : notes.join('\n'));
  return parts.join(markdown ? '\n\n' : '\n');
}

function configurationRows({ configurations }: SweepReport) {
  const metricColumns = METRIC_NAMES.flatMap((name) => [`${name}_mean`, `${name}_sd`]);
  return {
    columns: [
      'rank',
      'trial',
      'configuration',
      'is_baseline',
      'seeds',
      'epochs_mean',
      ...metricColumns,
      'macro_f1_delta',
      'rare_recall_delta',
    ],
    rows: configurations.map((row): readonly CellValue[] => [
      row.rank,
      row.trialId,
      row.label,
      row.isCrossEntropy ? 1 : 0,
      row.seeds.length,
      row.epochs,
      ...METRIC_NAMES.flatMap((name) => [row.metrics[name].mean, finite(row.metrics[name].sd)]),
      row.versusBaseline?.macro_f1.mean ?? null,
      row.versusBaseline?.rare_recall.mean ?? null,
    ]),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function jsonReport({
  sweep,
  configurations,
  best,
  baseline,
  challenger,
  classes,
  confirmations,
}: SweepReport) {
  const { name, description, metric, engine, trials, runs, complete, failed, dataset } = sweep;
  const { fingerprint, rowCount, featureCount, classNames, support, rareClasses } = dataset;
  return {
    sweep: { name, description, metric, engine, trials, runs, complete, failed },
    dataset: {
      source: sweep.source,
      fingerprint,
      rows: rowCount,
      features: featureCount,
      classes: classNames,
      support,
      rare_classes: rareClasses.map((index) => classNames[index]),
    },
    best: best?.trialId ?? null,
    baseline: baseline?.trialId ?? null,
    best_other: challenger?.trialId ?? null,
    configurations: configurations.map(
      ({ isCrossEntropy, versusBaseline, runs, config, ...row }: Configuration) => ({
        ...row,
        is_baseline: isCrossEntropy,
        versus_baseline: versusBaseline,
      }),
    ),
    classes,
    test: confirmations,
  };
}
