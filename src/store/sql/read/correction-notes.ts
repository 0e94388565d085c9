import { counted } from '../../../wording/counted.js';
import { type Connection, queries } from '../connection.js';

/** A note for every correction of results of the sweep, with the number of its runs. */
export function correctionNotes(connection: Connection, sweep: string): readonly string[] {
  const rows = connection.all(
    queries
      .selectFrom('corrections')
      .innerJoin('sweep_runs', 'sweep_runs.run_id', 'corrections.run_id')
      .select(({ fn }) => ['correction', fn.countAll<number>().as('runs')])
      .where('sweep', '=', sweep)
      .groupBy('correction'),
  );
  return rows.map(({ correction, runs }) => `Of ${counted(runs, 'run')}: ${correction}.`);
}
