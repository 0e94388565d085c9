import type { ColumnKind } from '../../knobs/knob.js';
import { KNOB_NAMES, knobRow } from '../../knobs/knobs.js';
import { PLAIN_LOSS, PLAIN_LOSS_TEXT } from '../../knobs/plain-loss.js';
import { GOAL_SIGNS, TIES_BY } from '../../metrics/selection.js';
import { METRIC_NAMES, type MetricName } from '../../sweep.js';
import { knobSql } from './knob-sql.js';

/** A column of a view that people may build upon. */
export interface ViewColumn {
  readonly view: 'leaderboard' | 'runs_wide' | 'class_recall';
  readonly column: string;
  readonly kind: ColumnKind;
  readonly description: string;
}

const METRIC_TEXTS: { readonly [name in MetricName]: string } = {
  macro_f1: 'unweighted mean of the F1 of all classes',
  rare_recall: 'mean recall of the rare classes',
  worst_recall: 'recall of the worst class',
  balanced_accuracy: 'mean recall of all classes',
  accuracy: 'share of rows predicted rightly',
  mcc: "Matthews' correlation coefficient",
  log_loss: 'mean negative log-likelihood of the true class',
};

type Row = readonly [column: string, kind: ColumnKind, description: string];
const knobs = KNOB_NAMES.map((name): Row => {
  const { kind, text } = knobRow(name).column;
  return [name, kind, text];
});

const RUNS_WIDE: readonly Row[] = [
  ['sweep', 'text', 'name of the sweep'],
  ['run', 'text', 'id of the run'],
  ['trial', 'text', 'id of its trial'],
  ['position', 'number', "the trial's place in the plan, from 0"],
  ['seed', 'number', 'seed of the run'],
  ['state', 'text', '`waiting`, `running`, `complete`, `pruned`, `failed` or `interrupted`'],
  ...knobs,
  ...METRIC_NAMES.map((name): Row => [name, 'number', `${METRIC_TEXTS[name]}; validation split`]),
  ['validation_loss', 'number', "mean of the run's own loss on the validation split"],
  ['epochs_trained', 'number', 'epochs that the run trained'],
  ['chosen_epoch', 'number', 'the epoch whose weights count, from 1'],
  ['stopped_by', 'text', 'what ended training: `epochs` or `patience`'],
  ['duration_ms', 'number', 'milliseconds that training took'],
  ['error', 'text', 'why the run failed'],
];

const LEADERBOARD: readonly Row[] = [
  ['sweep', 'text', 'name of the sweep'],
  [
    'rank',
    'number',
    `place by the sweep's metric, ties by \`${TIES_BY}\`, from 1; null before a seed is done`,
  ],
  ['trial', 'text', 'id of the trial'],
  ['position', 'number', "the trial's place in the plan, from 0"],
  ['is_baseline', 'number', `1 for cross-entropy (${PLAIN_LOSS_TEXT}), else 0`],
  ...knobs,
  ['seeds', 'number', 'finished runs of the trial'],
  ...METRIC_NAMES.flatMap((name): Row[] => [
    [name, 'number', `${METRIC_TEXTS[name]}; mean over seeds, validation split`],
    [`${name}_sd`, 'number', `standard deviation of \`${name}\` over seeds (n − 1); null for one seed`],
  ]),
  ['epochs_trained', 'number', 'mean epochs that its runs trained'],
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
];

const columnsOf = (view: ViewColumn['view'], rows: readonly Row[]): ViewColumn[] =>
  rows.map(([column, kind, description]) => ({ view, column, kind, description }));

/** The columns of the views `runs_wide`, `leaderboard` and `class_recall`, in their order: stable, for people who open the file themselves. */
export const VIEW_COLUMNS: readonly ViewColumn[] = [
  ...columnsOf('runs_wide', RUNS_WIDE),
  ...columnsOf('leaderboard', LEADERBOARD),
  ...columnsOf('class_recall', CLASS_RECALL),
];

/** The columns of `runs_wide`: what `query` selects, sorts and filters by. */
export const RUN_COLUMNS: readonly ViewColumn[] = VIEW_COLUMNS.filter(({ view }) => view === 'runs_wide');

const knobsOf = (table: string) =>
  KNOB_NAMES.map((name) => `${knobSql(name, table)} AS "${name}"`).join(',\n  ');
const isBaseline = [...PLAIN_LOSS]
  .map(([name, value]) => `${knobSql(name, 'trials')} = ${value}`)
  .join(' AND ');
const each = (text: (metric: MetricName) => string) => METRIC_NAMES.map(text).join(', ');

/** Makes the views anew; runs after migrations, so that they always fit the newest tables. */
export const CREATE_VIEWS = `
DROP VIEW IF EXISTS runs_wide;
CREATE VIEW runs_wide AS
SELECT member.sweep AS sweep, run.run_id AS run, run.trial_id AS trial, place.position AS position, run.seed AS seed,
  coalesce(happened.state, 'waiting') AS state, ${knobsOf('trial')},
  ${each((name) => `scores.${name}`)}, scores.loss AS validation_loss,
  result.epochs_trained, result.chosen_epoch, result.stopped_by, happened.duration_ms, happened.error
FROM sweep_runs AS member
JOIN runs AS run ON run.run_id = member.run_id
JOIN trials AS trial ON trial.trial_id = run.trial_id
JOIN sweep_trials AS place ON place.sweep = member.sweep AND place.trial_id = run.trial_id
LEFT JOIN run_states AS happened ON happened.run_id = run.run_id
LEFT JOIN results AS result ON result.run_id = run.run_id
LEFT JOIN split_metrics AS scores ON scores.run_id = run.run_id AND scores.split = 'validation';

DROP VIEW IF EXISTS leaderboard;
CREATE VIEW leaderboard AS
WITH
-- A mean with a NaN (NULL) among its seeds is NaN, not the mean of the others.
finished AS (
  SELECT member.sweep, run.trial_id, result.epochs_trained, ${each((name) => `scores.${name}`)},
    ${each((name) => `CASE WHEN count(scores.${name}) OVER trial = count(*) OVER trial THEN avg(scores.${name}) OVER trial END AS ${name}_mean`)}
  FROM sweep_runs AS member
  JOIN runs AS run ON run.run_id = member.run_id
  JOIN results AS result ON result.run_id = member.run_id
  JOIN split_metrics AS scores ON scores.run_id = member.run_id AND scores.split = 'validation'
  WINDOW trial AS (PARTITION BY member.sweep, run.trial_id)
),
trial_scores AS (
  SELECT sweep, trial_id, count(*) AS seeds, avg(epochs_trained) AS epochs_trained,
    ${each((name) => `max(${name}_mean) AS ${name}, sqrt(sum((${name} - ${name}_mean) * (${name} - ${name}_mean)) / (count(*) - 1)) AS ${name}_sd`)}
  FROM finished
  GROUP BY sweep, trial_id
)
SELECT place.sweep AS sweep,
  CASE WHEN seeds > 0 THEN rank() OVER (
    PARTITION BY place.sweep
    ORDER BY
      CASE sweeps.goal ${Object.entries(GOAL_SIGNS)
        .map(([goal, sign]) => `WHEN '${goal}' THEN ${sign}`)
        .join(' ')} END
        * CASE sweeps.metric ${METRIC_NAMES.map((name) => `WHEN '${name}' THEN ${name}`).join(' ')} END DESC,
      ${TIES_BY} DESC
  ) END AS rank,
  place.trial_id AS trial, place.position AS position,
  CASE WHEN ${isBaseline} THEN 1 ELSE 0 END AS is_baseline, ${knobsOf('trials')},
  coalesce(seeds, 0) AS seeds, ${each((name) => `${name}, ${name}_sd`)}, trial_scores.epochs_trained
FROM sweep_trials AS place
JOIN sweeps ON sweeps.sweep = place.sweep
JOIN trials ON trials.trial_id = place.trial_id
LEFT JOIN trial_scores ON trial_scores.sweep = place.sweep AND trial_scores.trial_id = place.trial_id;

DROP VIEW IF EXISTS class_recall;
CREATE VIEW class_recall AS
SELECT member.sweep AS sweep, run.run_id AS run, run.trial_id AS trial, class.class_name AS class,
  scores.support AS support, class.is_rare AS is_rare,
  scores.recall AS recall, scores.precision AS precision, scores.f1 AS f1
FROM sweep_runs AS member
JOIN runs AS run ON run.run_id = member.run_id
JOIN trials AS trial ON trial.trial_id = run.trial_id
JOIN class_metrics AS scores ON scores.run_id = run.run_id AND scores.split = 'validation'
JOIN dataset_classes AS class ON class.dataset = trial.dataset AND class.class_index = scores.class_index;
`;
