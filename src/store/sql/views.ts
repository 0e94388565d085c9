import { PLAIN_LOSS } from '../../knobs/plain-loss.js';
import { isCostMetric, METRIC_NAMES, type MetricName } from '../../metric.js';
import { GOAL_SIGNS, TIES_BY } from '../../metrics/selection.js';
import { RANKING_COLUMNS } from '../content/result-rows.js';
import type { Dialect } from './dialect.js';
import { hasValueSql, isProgramSql, knobColumns, knobSql, lacksNamedSql } from './knob-sql.js';

/** Of a program that takes neither γ nor α nothing is known. */
const takesLoss = (dialect: Dialect) =>
  `(${knobSql(dialect, 'gamma', 'trials')} IS NOT NULL OR ${knobSql(dialect, 'alpha', 'trials')} IS NOT NULL)`;
const isCrossEntropy = (dialect: Dialect) =>
  [...PLAIN_LOSS]
    .map(
      ([name, value]) =>
        `coalesce(${hasValueSql(dialect, name, 'trials', value)}, ${isProgramSql('trials')})`,
    )
    .join(' AND ');
const isBaseline = (dialect: Dialect) =>
  `CASE WHEN named.baseline IS NULL THEN ${takesLoss(dialect)} AND ${isCrossEntropy(dialect)} ELSE NOT ${lacksNamedSql(dialect, 'named.baseline', 'trials')} END`;
const each = (text: (metric: MetricName) => string) => METRIC_NAMES.map(text).join(', ');
/** A metric of the validation rows by the costs of the sweep. */
const cell = (name: MetricName) => `${isCostMetric(name) ? 'cost' : 'scores'}.${name}`;
const JOIN_COSTS =
  "LEFT JOIN expected_costs AS cost ON cost.run_id = member.run_id AND cost.sweep = member.sweep AND cost.split = 'validation'";

/** The aims that a trial was chosen for; NULL if for none, or if the sweep has other results by now. */
const chosenFor = (dialect: Dialect, sweep: string, trial: string) => `(
  SELECT ${dialect === 'sqlite' ? 'group_concat' : 'string_agg'}(aim, ', ') FROM (
    SELECT choice.aim AS aim FROM choices AS choice
    WHERE choice.sweep = ${sweep} AND choice.trial_id = ${trial} AND choice.results = (
      SELECT count(*) FROM sweep_runs AS planned JOIN results AS done ON done.run_id = planned.run_id
      WHERE planned.sweep = choice.sweep
    )
    ORDER BY choice.position
  ) AS chosen) AS chosen_for`;

/** Sweep and id of each trial that a rung dropped. */
const DROPPED_BY_RUNGS = {
  sqlite: `SELECT decided.sweep, one.value ->> 'trialId'
    FROM decisions AS decided, json_each(decided.decision, '$.dropped') AS one
    WHERE decided.decision ->> 'type' = 'rung'`,
  postgres: `SELECT decided.sweep, one.value ->> 'trialId'
    FROM decisions AS decided, json_array_elements(
      CASE WHEN json_typeof(decided.decision::json -> 'dropped') = 'array' THEN decided.decision::json -> 'dropped' END
    ) AS one (value)
    WHERE decided.decision::json ->> 'type' = 'rung'`,
};

/** Others were preferred to them. */
const FOR_OTHERS = {
  sqlite: `decided.decision ->> 'best' IS NOT NULL`,
  postgres: `decided.decision::json ->> 'best' IS NOT NULL`,
};

/**
 * Why trials were dropped, by sweep: a rung preferred others to them, and some of their runs are still pruned. A run that two sweeps share
 * may be pruned by one of them alone.
 */
export const droppedTrialsSql = (dialect: Dialect) => `
  SELECT member.sweep, run.trial_id, min(happened.error) AS reason
  FROM run_states AS happened
  JOIN sweep_runs AS member ON member.run_id = happened.run_id
  JOIN runs AS run ON run.run_id = happened.run_id
  WHERE happened.state = 'pruned' AND happened.error IS NOT NULL AND (member.sweep, run.trial_id) IN (
    ${DROPPED_BY_RUNGS[dialect]} AND ${FOR_OTHERS[dialect]}
  )
  GROUP BY member.sweep, run.trial_id`;

/** Condition on `sweep_runs` and `run_states`: a pruned run is dropped by its sweep, or another; one that waits at a rung is not. */
export const isDroppedSql = (dialect: Dialect) => `run_states.state = 'pruned' AND (
  run_states.error IS NOT NULL OR (
    sweep_runs.sweep, (SELECT runs.trial_id FROM runs WHERE runs.run_id = run_states.run_id)
  ) IN (${DROPPED_BY_RUNGS[dialect]}))`;

/** Creates the views again; runs after migrations, so that they always fit the newest tables. */
export const createViews = (dialect: Dialect) => `
DROP VIEW IF EXISTS runs_wide;
CREATE VIEW runs_wide AS
SELECT member.sweep AS sweep, run.run_id AS run, run.trial_id AS trial, place.position AS position, part.space AS space, run.seed AS seed,
  coalesce(happened.state, 'waiting') AS state, ${knobColumns(dialect, 'trial')},
  ${each(cell)}, scores.loss AS validation_loss,
  result.epochs_trained, result.chosen_epoch, result.stopped_by, happened.duration_ms, happened.error,
  ${chosenFor(dialect, 'member.sweep', 'run.trial_id')}, trial.config AS config
FROM sweep_runs AS member
JOIN runs AS run ON run.run_id = member.run_id
JOIN trials AS trial ON trial.trial_id = run.trial_id
JOIN sweep_trials AS place ON place.sweep = member.sweep AND place.trial_id = run.trial_id
LEFT JOIN trial_spaces AS part ON part.sweep = member.sweep AND part.trial_id = run.trial_id
LEFT JOIN run_states AS happened ON happened.run_id = run.run_id
LEFT JOIN results AS result ON result.run_id = run.run_id
LEFT JOIN split_metrics AS scores ON scores.run_id = run.run_id AND scores.split = 'validation'
${JOIN_COSTS};

DROP VIEW IF EXISTS leaderboard;
CREATE VIEW leaderboard AS
WITH
-- A mean with a NaN (NULL) among its seeds is NaN, not the mean of the others.
finished AS (
  SELECT member.sweep, run.trial_id, result.epochs_trained, ${each(cell)},
    ${each((name) => `CASE WHEN count(${cell(name)}) OVER trial = count(*) OVER trial THEN avg(${cell(name)}) OVER trial END AS ${name}_mean`)}
  FROM sweep_runs AS member
  JOIN runs AS run ON run.run_id = member.run_id
  JOIN results AS result ON result.run_id = member.run_id
  JOIN split_metrics AS scores ON scores.run_id = member.run_id AND scores.split = 'validation'
  ${JOIN_COSTS}
  WINDOW trial AS (PARTITION BY member.sweep, run.trial_id)
),
trial_scores AS (
  SELECT sweep, trial_id, count(*) AS seeds, avg(epochs_trained) AS epochs_trained,
    ${each((name) => `max(${name}_mean) AS ${name}, sqrt(sum((${name} - ${name}_mean) * (${name} - ${name}_mean)) / nullif(count(*) - 1, 0)) AS ${name}_sd`)}
  FROM finished
  GROUP BY sweep, trial_id
),
-- What a search does not train any further has too few runs to be ranked.
dropped AS (${droppedTrialsSql(dialect)})
SELECT place.sweep AS sweep,
  CASE WHEN seeds > 0 AND dropped.reason IS NULL THEN rank() OVER (
    PARTITION BY place.sweep, dropped.reason IS NULL
    ORDER BY
      CASE sweeps.goal ${Object.entries(GOAL_SIGNS)
        .map(([goal, sign]) => `WHEN '${goal}' THEN ${sign}`)
        .join(' ')} END
        * CASE sweeps.metric ${METRIC_NAMES.map((name) => `WHEN '${name}' THEN ${name}`).join(' ')} END DESC NULLS LAST,
      ${TIES_BY} DESC NULLS LAST
  ) END AS rank,
  place.trial_id AS trial, place.position AS position, part.space AS space,
  CASE WHEN ${isBaseline(dialect)} THEN 1 ELSE 0 END AS is_baseline, ${knobColumns(dialect, 'trials')},
  coalesce(seeds, 0) AS seeds, ${each((name) => `${name}, ${name}_sd`)}, trial_scores.epochs_trained,
  ${chosenFor(dialect, 'place.sweep', 'place.trial_id')}, trials.config AS config, dropped.reason AS dropped
FROM sweep_trials AS place
JOIN sweeps ON sweeps.sweep = place.sweep
JOIN trials ON trials.trial_id = place.trial_id
LEFT JOIN trial_spaces AS part ON part.sweep = place.sweep AND part.trial_id = place.trial_id
LEFT JOIN sweep_baselines AS named ON named.sweep = place.sweep
LEFT JOIN trial_scores ON trial_scores.sweep = place.sweep AND trial_scores.trial_id = place.trial_id
LEFT JOIN dropped ON dropped.sweep = place.sweep AND dropped.trial_id = place.trial_id;

DROP VIEW IF EXISTS class_recall;
CREATE VIEW class_recall AS
SELECT member.sweep AS sweep, run.run_id AS run, run.trial_id AS trial, class.class_name AS class,
  scores.support AS support, class.is_rare AS is_rare,
  scores.recall AS recall, scores.precision AS precision, scores.f1 AS f1,
  ${RANKING_COLUMNS.map((column) => `scores.${column} AS ${column}`).join(', ')}
FROM sweep_runs AS member
JOIN runs AS run ON run.run_id = member.run_id
JOIN trials AS trial ON trial.trial_id = run.trial_id
JOIN class_metrics AS scores ON scores.run_id = run.run_id AND scores.split = 'validation'
JOIN dataset_classes AS class ON class.dataset = trial.dataset AND class.class_index = scores.class_index;
`;
