import { sql } from 'kysely';
import type { Connection } from '../connection.js';
import { damagedError } from './checksums.js';

const CONTRADICTIONS: readonly (readonly [what: string, query: string])[] = [
  [
    'a run state',
    `select run_id as id from run_states where state not in
     ('waiting', 'running', 'complete', 'pruned', 'failed', 'interrupted')`,
  ],
  [
    'the state of run',
    `select run_id as id from run_states where state = 'complete' and run_id not in (select run_id from results)`,
  ],
  [
    'the state of run',
    `select run_id as id from results
     where run_id not in (select run_id from run_states where state = 'complete')`,
  ],
];

/** States that this program never leaves behind, as names of what is wrong. */
export function contradictions(connection: Connection): readonly string[] {
  return [
    ...CONTRADICTIONS.flatMap(([what, text]) =>
      rowsOf<{ id: string }>(connection, text).map(({ id }) => `${what} ${id}`),
    ),
    ...connection.damagedIndexes().map((index) => `the index ${index}`),
  ];
}

/** Throws UserError if states contradict results, or an index its table. */
export function verifyHappenings(connection: Connection): void {
  const [first] = contradictions(connection);
  if (first !== undefined) throw damagedError(connection.path, first);
}

function rowsOf<Row>(connection: Connection, text: string): readonly Row[] {
  return connection.all<Row>(sql<Row>`${sql.raw(text)}`);
}
