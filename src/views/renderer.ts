import type { Comparison } from '../analysis/comparison/comparison.js';
import type { DataReport } from '../analysis/data/data-summary.js';
import type { Ranking } from '../analysis/ranking/ranking.js';
import type { SweepReport } from '../analysis/report.js';
import type { RunReport } from '../analysis/shown/run-report.js';
import type { TrialReport } from '../analysis/shown/trial-report.js';
import type { CellTable } from './table.js';

/** What can be rendered, by kind. */
export interface Contents {
  readonly report: SweepReport;
  /** A report's first half: what a launch ends with. */
  readonly ranking: Ranking;
  readonly comparison: Comparison;
  readonly run: RunReport;
  readonly trial: TrialReport;
  readonly data: DataReport;
  readonly rows: CellTable;
}

/** The formats of each kind, as `--format` names them; the first is the default. */
export const FORMATS = {
  report: ['table', 'html', 'md', 'json', 'csv'],
  ranking: ['table', 'md'],
  comparison: ['table', 'html', 'md', 'json'],
  run: ['table', 'md', 'json'],
  trial: ['table', 'md', 'json'],
  data: ['table', 'json'],
  rows: ['table', 'json', 'ndjson', 'csv', 'md'],
} as const satisfies { readonly [kind in keyof Contents]: readonly string[] };

export type Kind = keyof Contents;
/** The formats of a kind. */
export type FormatOf<Of extends Kind> = (typeof FORMATS)[Of][number];
export type Format = FormatOf<Kind>;

/** How a terminal shows what stands out. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly better: (text: string) => string;
  readonly worse: (text: string) => string;
}

/** What a rendering is for. */
export interface Look {
  /** Of the terminal; undefined for a pipe or a file, where nothing is wrapped. */
  readonly width?: number | undefined;
  /** Undefined where nothing is coloured. */
  readonly paint?: Paint | undefined;
  /** Configurations that a text lists; all where it is left out. */
  readonly top?: number | undefined;
}

/** Writes every kind that has the format, without a last newline. */
export type Renderer<Of extends Format> = {
  readonly [kind in Kind as Of extends FormatOf<kind> ? kind : never]: (
    content: Contents[kind],
    look: Look,
  ) => string;
};
