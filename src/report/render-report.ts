import type { CellValue, Rows } from '../store/store.js';
import { METRIC_NAMES } from '../sweep.js';
import { jsonReport } from './json-report.js';
import { printable } from './printable.js';
import type { SweepReport } from './report.js';
import { escapeMarkdown, markdownTable, narrowestWidth, renderRows, textTable } from './rows.js';
import type { Section } from './section.js';
import { reportSections } from './sections.js';

export type ReportFormat = 'table' | 'md' | 'json' | 'csv';

export interface RenderOptions {
  readonly format: ReportFormat;
  /** Configurations to list. */
  readonly top?: number;
  /** The terminal's width. */
  readonly width?: number | undefined;
}

/** A report as text, without a last newline. */
export function renderReport(report: SweepReport, { format, width, top }: RenderOptions): string {
  if (format === 'json') return JSON.stringify(jsonReport(report), null, 2);
  if (format === 'csv') return renderRows(configurationRows(report), 'csv');
  return renderSections(reportSections(report, top), format, width);
}

/** Sections as terminal text or Markdown. */
export function renderSections(sections: readonly Section[], format: 'table' | 'md', width?: number): string {
  return sections.map((section) => renderSection(section, format, width)).join('\n\n');
}

function renderSection(section: Section, format: 'table' | 'md', width?: number): string {
  const { heading, table, notes } = section;
  if (format === 'md') {
    const list = notes.map((note) => `- ${escapeMarkdown(note)}`).join('\n');
    return [`## ${escapeMarkdown(heading)}`, ...(table === undefined ? [] : [markdownTable(table)]), list]
      .filter((part) => part !== '')
      .join('\n\n');
  }
  return [
    wrap(printable(heading), width),
    ...(table === undefined ? [] : [textTable(fitColumns(table, section.optional ?? [], width), width)]),
    ...notes.map((note) => wrap(printable(note), width)),
  ].join('\n');
}

/** Leaves out optional columns, the first of them first, until the table's text columns have room. */
function fitColumns(
  table: Rows,
  optional: NonNullable<Section['optional']>,
  width = Number.POSITIVE_INFINITY,
): Rows {
  let fitted = table;
  for (const columns of optional) {
    if (narrowestWidth(fitted) <= width) break;
    const left = typeof columns === 'string' ? [columns] : columns;
    const kept = fitted.columns.map((name) => !left.includes(name));
    fitted = {
      columns: fitted.columns.filter((_name, index) => kept[index]),
      rows: fitted.rows.map((row) => row.filter((_cell, index) => kept[index])),
    };
  }
  return fitted;
}

/** Lines of at most `width` characters, broken at spaces; the second and further ones are indented. */
function wrap(text: string, width = Number.POSITIVE_INFINITY): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = `  ${word}`;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
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
    rows: configurations.map((row): readonly CellValue[] => [
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
