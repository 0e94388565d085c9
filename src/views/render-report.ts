import type { SweepReport } from '../analysis/report.js';
import { METRIC_NAMES } from '../sweep.js';
import { printable } from '../wording/printable.js';
import { jsonReport } from './json/report-json.js';
import { escapeMarkdown, markdownTable, renderRows } from './rows.js';
import { reportSections } from './sections/report-sections.js';
import type { Section } from './sections/section.js';
import type { Cell } from './table.js';
import { type Paint, textTable } from './text/text-table.js';
import { wrap } from './text/wrap.js';

export type ReportFormat = 'table' | 'md' | 'json' | 'csv';

/** The terminal that a text is for. */
export interface Terminal {
  /** Undefined for a pipe or a file, where nothing is wrapped. */
  readonly width?: number | undefined;
  /** Undefined where nothing is coloured. */
  readonly paint?: Paint | undefined;
}

export interface RenderOptions extends Terminal {
  readonly format: ReportFormat;
  /** Configurations to list. */
  readonly top?: number;
}

/** A report as text, without a last newline. */
export function renderReport(report: SweepReport, { format, top, ...terminal }: RenderOptions): string {
  if (format === 'json') return JSON.stringify(jsonReport(report), null, 2);
  if (format === 'csv') return renderRows(configurationRows(report), 'csv');
  return renderSections(reportSections(report, top), format, terminal);
}

/** Sections as terminal text, in which nothing from the data can steer the terminal, or as Markdown. */
export function renderSections(
  sections: readonly Section[],
  format: 'table' | 'md',
  terminal: Terminal = {},
): string {
  return sections
    .map((section) => (format === 'md' ? markdownSection(section) : textSection(section, terminal)))
    .join('\n\n');
}

function markdownSection({ heading, table, notes }: Section): string {
  const list = notes.map((note) => `- ${escapeMarkdown(note)}`).join('\n');
  return [`## ${escapeMarkdown(heading)}`, ...(table === undefined ? [] : [markdownTable(table)]), list]
    .filter((part) => part !== '')
    .join('\n\n');
}

function textSection({ heading, table, notes, ...look }: Section, { width, paint }: Terminal): string {
  return [
    wrap(printable(heading), width),
    ...(table === undefined ? [] : [textTable(table, { ...look, width, paint })]),
    ...notes.map((note) => wrap(printable(note), width)),
  ].join('\n');
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
      'macro_f1_low',
      'macro_f1_high',
      'rare_recall_low',
      'rare_recall_high',
      'rank_low',
      'rank_high',
      'best_probability',
      'is_tied',
      'is_pareto_optimal',
      'macro_f1_delta',
      'rare_recall_delta',
      'verdict',
    ],
    rows: configurations.map((row): readonly Cell[] => [
      row.rank,
      row.trialId,
      row.label,
      row.isCrossEntropy ? 1 : 0,
      row.seeds.length,
      row.epochs,
      ...METRIC_NAMES.flatMap((name) => [row.metrics[name].mean, finite(row.metrics[name].sd)]),
      ...[row.estimates.macro_f1.interval, row.estimates.rare_recall.interval, row.rankInterval].flatMap(
        ({ low, high }) => [low, high],
      ),
      row.bestProbability,
      row.isTied ? 1 : 0,
      row.isParetoOptimal ? 1 : 0,
      row.versusBaseline?.macro_f1.mean ?? null,
      row.versusBaseline?.rare_recall.mean ?? null,
      row.versusBaseline?.ranked.verdict ?? null,
    ]),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
