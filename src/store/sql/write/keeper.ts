import { packedModel } from '../../content/kept/kept-model.js';
import { mergedWithItself } from '../../refusals.js';
import type { StoreKeeper } from '../../store.js';
import { type Connection, queries } from '../connection.js';
import { readHolder, requestStop, watchHolder } from '../hold/holders.js';
import { checkDatabase } from '../integrity/check-database.js';
import { recordModel } from '../kept/models.js';
import { deleteSweep, readLoss } from '../sweeps/delete-sweep.js';
import { mergeSweeps } from '../sweeps/merge-sweeps.js';
import { renameSweep } from '../sweeps/rename-sweep.js';
import { recordChoices } from './choice-writes.js';
import { recordColumnImportance } from './column-importance.js';
import { retryFailed } from './retry-failed.js';

/** A keeper on a database that is open for writing; `openOther` opens the one that is merged; `onNote` receives a message when it has to wait. */
export function sqlKeeper(
  connection: Connection,
  openOther: (from: string) => Promise<Connection>,
  onNote: (text: string) => void = () => {},
): StoreKeeper {
  return {
    holder: async (sweep) => readHolder(connection, sweep),
    requestStop: async (sweep) => connection.transaction(() => requestStop(connection, sweep)),
    retryFailed: async (sweep) => {
      // It would be loaded with every store, and so below.
      const { seedsBy } = await import('../sweeps/kept-by-spec.js');
      const silent = watchHolder(connection, sweep, onNote);
      return connection.transaction(() => retryFailed(connection, { sweep, seedsBy, silent }));
    },
    recordChoices: async (choices) => connection.transaction(() => recordChoices(connection, choices)),
    recordColumnImportance: async (runId, columns) =>
      connection.transaction(() => recordColumnImportance(connection, runId, columns)),
    recordModel: async (runId, model) =>
      connection.transaction(() => recordModel(connection, runId, packedModel(model))),
    lossOf: async (sweep) => connection.snapshot(() => readLoss(connection, sweep)),
    deleteSweep: async (sweep) => {
      const silent = watchHolder(connection, sweep, onNote);
      return connection.transaction(() => deleteSweep(connection, sweep, silent));
    },
    renameSweep: async (renaming) => {
      const silent = watchHolder(connection, renaming.sweep, onNote);
      connection.transaction(() => renameSweep(connection, renaming, silent));
    },
    merge: async ({ from, sweeps }) => {
      const { keptBy } = await import('../sweeps/kept-by-spec.js');
      const source = await openOther(from);
      try {
        if (source.identity === connection.identity) throw mergedWithItself(from);
        const merge = { sweeps, keptBy };
        return source.snapshot(() => connection.transaction(() => mergeSweeps(connection, source, merge)));
      } finally {
        source.close();
      }
    },
    check: async (options) =>
      options.repair
        ? connection.transaction(() => checkDatabase(connection, options))
        : connection.snapshot(() => checkDatabase(connection, options)),
    unusedBytes: async () => connection.unusedBytes(),
    compact: async () => connection.compact(),
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
