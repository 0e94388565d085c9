import type { Comparison } from '../analysis/comparison/comparison.js';
import type { DataReport } from '../analysis/data/data-summary.js';
import type { Ranking } from '../analysis/ranking/ranking.js';
import type { SweepReport } from '../analysis/report.js';
import type { AllRowsReport } from '../analysis/shown/all-rows-report.js';
import type { ModelCard } from '../analysis/shown/model-card.js';
import type { RunReport } from '../analysis/shown/run-report.js';
import type { ScoreReport } from '../analysis/shown/score-report.js';
import type { TrainedReport } from '../analysis/shown/trained-report.js';
import type { TrialReport } from '../analysis/shown/trial-report.js';
import type { CellTable } from './table.js';

/** What can be rendered, by kind. */
export interface Contents {
  readonly report: SweepReport;
  /** The first half of a report, printed at the end of a launch. */
  readonly ranking: Ranking;
  /** Only which columns matter. */
  readonly columns: SweepReport;
  readonly comparison: Comparison;
  readonly run: RunReport;
  readonly trial: TrialReport;
  readonly trained: TrainedReport;
  readonly allRows: AllRowsReport;
  readonly data: DataReport;
  /** Of labelled rows. */
  readonly scores: ScoreReport;
  /** Of an exported model. */
  readonly card: ModelCard;
  readonly rows: CellTable;
}

/** The formats of each kind, as `--format` names them; the first is the default. */
export const FORMATS = {
  report: ['table', 'html', 'md', 'json', 'csv'],
  ranking: ['table', 'md'],
  columns: ['table', 'md', 'json'],
  comparison: ['table', 'html', 'md', 'json'],
  run: ['table', 'md', 'json'],
  trial: ['table', 'md', 'json'],
  trained: ['table', 'json'],
  allRows: ['table', 'json'],
  data: ['table', 'json'],
  scores: ['table', 'json'],
  card: ['md'],
  rows: ['table', 'json', 'ndjson', 'csv', 'md'],
} as const satisfies { readonly [kind in keyof Contents]: readonly string[] };

export type Kind = keyof Contents;
/** The formats of a kind. */
export type FormatOf<Of extends Kind> = (typeof FORMATS)[Of][number];
export type Format = FormatOf<Kind>;

/** How a terminal shows emphasis. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly better: (text: string) => string;
  readonly worse: (text: string) => string;
}

/** Where a rendering is shown. */
export interface Look {
  /** The width of the terminal; undefined for a pipe or a file, where nothing is wrapped. */
  readonly width?: number | undefined;
  /** Undefined for output without colours. */
  readonly paint?: Paint | undefined;
  /** How many configurations a text lists; by default all. */
  readonly top?: number | undefined;
  /** The database that commands in it name; by default none. */
  readonly db?: string | undefined;
}

/** Writes one format for every kind that has it, without a last newline. */
export type Renderer<Of extends Format> = {
  readonly [kind in Kind as Of extends FormatOf<kind> ? kind : never]: (
    content: Contents[kind],
    look: Look,
  ) => string;
};
