import type { NamedBaseline } from '../../../knobs/plain-loss.js';
import { ownNames } from '../../query/own-columns.js';
import type { RecordedDecision } from '../../store.js';
import { type Connection, queries } from '../connection.js';
import { IS_PROGRAM } from '../knob-sql.js';

/** What a sweep names as its baseline; null for plain cross-entropy. */
export function readBaseline(connection: Connection, sweep: string): NamedBaseline {
  const row = connection.first(
    queries.selectFrom('sweep_baselines').select('baseline').where('sweep', '=', sweep),
  );
  return row === undefined ? null : (JSON.parse(row.baseline) as NamedBaseline);
}

/** Names of parameters that only programs know, of a sweep or of all, in order. */
export function readOwnParameters(connection: Connection, sweep: string | undefined): readonly string[] {
  let select = queries
    .selectFrom('sweep_trials')
    .innerJoin('trials', 'trials.trial_id', 'sweep_trials.trial_id')
    .select('trials.config')
    .distinct()
    .where(IS_PROGRAM);
  if (sweep !== undefined) select = select.where('sweep', '=', sweep);
  return ownNames(connection.all(select).map(({ config }) => JSON.parse(config) as object));
}

/** The decisions of a search so far, in order of step. */
export function readDecisions(
  connection: Connection,
  sweep: string,
  search: string,
): readonly RecordedDecision[] {
  const rows = connection.all(
    queries
      .selectFrom('decisions')
      .select(['step', 'decision'])
      .where('sweep', '=', sweep)
      .where('search', '=', search)
      .orderBy('step'),
  );
  return rows.map(({ step, decision }) => ({ step, decision: JSON.parse(decision) as unknown }));
}
