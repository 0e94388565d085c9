import { sql } from 'kysely';
import { EXIT, UserError } from '../../../errors.js';
import { dbWords } from '../../../wording/db-words.js';
import { type Connection, listed, queries } from '../connection.js';

/**
 * The runs whose kept logits are damaged, or those among some. Logits have no checksum, but a size: that of the predictions, which have one,
 * for every class. Of runs without a result nothing can be said.
 */
export function runsWithDamagedLogits(connection: Connection, among?: readonly string[]): readonly string[] {
  const classes = sql<number>`(select count(*) from runs join trials on trials.trial_id = runs.trial_id
    join dataset_classes on dataset_classes.dataset = trials.dataset where runs.run_id = logits.run_id)`;
  const sizes = queries
    .selectFrom('logits')
    .innerJoin('predictions', 'predictions.run_id', 'logits.run_id')
    .select([
      'logits.run_id',
      sql<number>`case split when 'test' then length(test) else length(validation) end`.as('bytes'),
      sql<number>`length(predictions.classes)`.as('predicted'),
      classes.as('classes'),
    ])
    .orderBy('logits.run_id');
  const rows = connection.all(
    among === undefined ? sizes : sizes.where('logits.run_id', 'in', listed(among)),
  );
  const damaged = rows.filter(
    ({ bytes, predicted, classes: own }) => bytes !== null && bytes !== predicted * own,
  );
  return [...new Set(damaged.map(({ run_id }) => run_id))];
}

/** Throws UserError if the logits of a run are damaged. */
export function verifyLogits(connection: Connection, runId: string): void {
  if (runsWithDamagedLogits(connection, [runId]).length === 0) return;
  throw new UserError(`the database is damaged: the logits of run ${runId} are corrupt`, {
    where: connection.path,
    fix: `\`focalsweep check --repair${dbWords(connection.path)}\` removes them; the result stays.`,
    exitCode: EXIT.database,
  });
}

/** Removes the logits of a run, whose result stays. */
export function forgetLogits(connection: Connection, runId: string): void {
  connection.execute(queries.deleteFrom('logits').where('run_id', '=', runId));
}
