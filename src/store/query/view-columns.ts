import { KNOB_NAMES, knobRow } from '../../knobs/knobs.js';
import { PLAIN_LOSS_TEXT } from '../../knobs/plain-loss.js';
import { METRIC_NAMES, METRICS } from '../../metric.js';
import { TIES_BY } from '../../metrics/selection.js';
import type { ColumnKind } from '../../where/column-kind.js';
import { RANKING_COLUMNS } from '../content/result-rows.js';

/** A documented column of a view. */
export interface ViewColumn {
  readonly view: 'leaderboard' | 'runs_wide' | 'class_recall';
  readonly column: string;
  readonly kind: ColumnKind;
  readonly description: string;
}

type Row = readonly [column: string, kind: ColumnKind, description: string];
const knobs = KNOB_NAMES.map((name): Row => {
  const { kind, text } = knobRow(name).column;
  return [name, kind, text];
});

const CHOSEN_FOR =
  'aims that the last launch of the sweep chose the trial for, comma-separated; null if none, or if the sweep has other results by now';

const CONFIG =
  'JSON text of the configuration; knobs that were added after the first release only where they are not at their default. Parameters of programs are columns of `query`, too';

const SPACE = 'which of the `spaces` of its sweep the trial is of; null for a sweep without them';

const RUNS_WIDE: readonly Row[] = [
  ['sweep', 'text', 'name of the sweep'],
  ['run', 'text', 'id of the run'],
  ['trial', 'text', 'id of its trial'],
  ['position', 'number', "the trial's place in the plan, from 0"],
  ['space', 'text', SPACE],
  ['seed', 'number', 'seed of the run'],
  [
    'state',
    'text',
    '`waiting`, `running`, `complete`, `pruned` (dropped by a search, or waiting at a rung for its decision), `failed` or `interrupted`',
  ],
  ...knobs,
  ...METRIC_NAMES.map((name): Row => [name, 'number', `${METRICS[name].text}; validation split`]),
  ['validation_loss', 'number', "mean of the run's own loss on the validation split"],
  ['epochs_trained', 'number', 'number of epochs that the run trained'],
  ['chosen_epoch', 'number', 'the epoch whose weights are kept, from 1'],
  ['stopped_by', 'text', 'what ended training: `epochs` or `patience`'],
  ['duration_ms', 'number', 'milliseconds that training took'],
  ['error', 'text', 'why the run failed'],
  ['chosen_for', 'text', CHOSEN_FOR],
  ['config', 'text', CONFIG],
];

const LEADERBOARD: readonly Row[] = [
  ['sweep', 'text', 'name of the sweep'],
  [
    'rank',
    'number',
    `rank by the sweep's metric, ties by \`${TIES_BY}\`, from 1; null before a seed is done`,
  ],
  ['trial', 'text', 'id of the trial'],
  ['position', 'number', "the trial's place in the plan, from 0"],
  ['space', 'text', SPACE],
  [
    'is_baseline',
    'number',
    `1 for cross-entropy (${PLAIN_LOSS_TEXT}), or for what the sweep names as its baseline; else 0`,
  ],
  ...knobs,
  ['seeds', 'number', 'finished runs of the trial'],
  ...METRIC_NAMES.flatMap((name): Row[] => [
    [name, 'number', `${METRICS[name].text}; mean over seeds, validation split`],
    [`${name}_sd`, 'number', `standard deviation of \`${name}\` over seeds (n − 1); null for one seed`],
  ]),
  ['epochs_trained', 'number', 'mean number of epochs that its runs trained'],
  ['chosen_for', 'text', CHOSEN_FOR],
  ['config', 'text', CONFIG],
  ['dropped', 'text', 'why the search does not train it any further, and so does not rank it; else null'],
];

const CLASS_RECALL: readonly Row[] = [
  ['sweep', 'text', 'name of the sweep'],
  ['run', 'text', 'id of the run'],
  ['trial', 'text', 'id of its trial'],
  ['class', 'text', 'name of the class'],
  ['support', 'number', 'validation rows of the class'],
  ['is_rare', 'number', '1 for a rare class, else 0'],
  ['recall', 'number', 'recall of the class on the validation split'],
  ['precision', 'number', 'precision of the class on the validation split'],
  ['f1', 'number', 'F1 of the class on the validation split'],
  ...RANKING_COLUMNS.map(
    (name): Row => [
      name,
      'number',
      `\`${name}\` of the class against the rest on the validation split; null without probabilities`,
    ],
  ),
];

const columnsOf = (view: ViewColumn['view'], rows: readonly Row[]): ViewColumn[] =>
  rows.map(([column, kind, description]) => ({ view, column, kind, description }));

/** The columns of the views `runs_wide`, `leaderboard` and `class_recall`, in their order. They are stable, for people who query the file themselves. */
export const VIEW_COLUMNS: readonly ViewColumn[] = [
  ...columnsOf('runs_wide', RUNS_WIDE),
  ...columnsOf('leaderboard', LEADERBOARD),
  ...columnsOf('class_recall', CLASS_RECALL),
];

/** The columns of `runs_wide`, which `query` selects, sorts and filters by. */
export const RUN_COLUMNS: readonly ViewColumn[] = VIEW_COLUMNS.filter(({ view }) => view === 'runs_wide');
