import { sql } from 'kysely';
import { configurationCells, configurationOf } from '../../configuration.js';
import { fingerprintOf } from '../../content/fingerprint.js';
import { contentCells } from '../../content/later-columns.js';
import type { Connection } from '../connection.js';
import { RESULT_TABLES } from '../result-tables.js';
import { requireSweep } from './sweep-reads.js';

/** SHA-256, hex, over the rows of the sweep's result tables in key order. */
export function fingerprintSweep(connection: Connection, sweep: string): string {
  requireSweep(connection, sweep);
  return fingerprintOf(contentOf(connection, sweep));
}

function* contentOf(connection: Connection, sweep: string) {
  for (const [name, key, ofSweep] of RESULT_TABLES) {
    const select = sql`select * from ${sql.table(name)} where ${ofSweep(sweep)} order by ${sql.raw(key)}`;
    const rows = connection.cells(select);
    yield [name, name === 'trials' ? trialCells(rows) : cellsOf(name, rows)] as const;
  }
}

function* cellsOf(table: string, rows: Iterable<readonly unknown[]>): Iterable<readonly unknown[]> {
  for (const row of rows) yield contentCells(table, row);
}

/** A trial's first columns, its configuration, then the later columns. */
function* trialCells(rows: Iterable<readonly unknown[]>): Iterable<readonly unknown[]> {
  for (const row of rows) {
    const [trial, dataset, metric, goal, engine, config, ...later] = row;
    const cells = configurationCells(configurationOf(String(config)));
    yield contentCells('trials', [trial, dataset, metric, goal, engine, ...cells, ...later]);
  }
}
