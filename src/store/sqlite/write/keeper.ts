import type { StoreKeeper } from '../../store.js';
import { type Connection, queries } from '../file/connection.js';
import { readHolder, requestStop } from '../hold/holders.js';
import { checkDatabase } from '../integrity/check-database.js';
import { recordChoices } from './choice-writes.js';
import { recordColumnImportance } from './column-importance.js';
import { retryFailed } from './run-state.js';

/** A keeper on a database that is open for writing. */
export function sqliteKeeper(connection: Connection): StoreKeeper {
  return {
    holder: async (sweep) => readHolder(connection, sweep),
    requestStop: async (sweep) => connection.transaction(() => requestStop(connection, sweep)),
    retryFailed: async (sweep) => connection.transaction(() => retryFailed(connection, sweep)),
    recordChoices: async (choices) => connection.transaction(() => recordChoices(connection, choices)),
    recordColumnImportance: async (runId, columns) =>
      connection.transaction(() => recordColumnImportance(connection, runId, columns)),
    check: async (options) =>
      options.repair
        ? connection.transaction(() => checkDatabase(connection, options))
        : connection.snapshot(() => checkDatabase(connection, options)),
    unfinishedRuns: async () =>
      new Set(
        connection
          .all(
            queries
              .selectFrom('runs')
              .leftJoin('results', 'results.run_id', 'runs.run_id')
              .select('runs.run_id')
              .where('results.run_id', 'is', null),
          )
          .map(({ run_id }) => run_id),
      ),
    close: async () => connection.close(),
  };
}
