import type { SweepChoices } from '../../store.js';
import { type Connection, listed, queries } from '../connection.js';
import { readHolder } from '../hold/holders.js';
import { insertWithChecksums } from '../integrity/checksums.js';
import { requireSweep } from '../read/sweep-reads.js';

/** Replaces a sweep's choices, unless a process trains it. */
export function recordChoices(connection: Connection, { sweep, results, choices }: SweepChoices): void {
  requireSweep(connection, sweep);
  if (readHolder(connection, sweep) !== undefined) return;
  forgetChoices(connection, [sweep]);
  insertWithChecksums(
    connection,
    'choices',
    choices.map(({ aim, trialId }, position) => ({ sweep, position, aim, trial_id: trialId, results })),
  );
}

/** Removes the choices of sweeps, with their checksums. */
export function forgetChoices(connection: Connection, sweeps: readonly string[]): void {
  connection.execute(queries.deleteFrom('choices').where('sweep', 'in', listed(sweeps)));
  const sums = queries.deleteFrom('checksums').where('part', '=', 'choices');
  connection.execute(sums.where('owner', 'in', listed(sweeps)));
}
