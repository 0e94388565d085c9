import { sql } from 'kysely';
import { chooseId, MOST_CANDIDATES } from '../../query/choose-id.js';
import type { FoundId } from '../../store.js';
import { type Connection, queries } from '../connection.js';

/** The run or trial, among these kinds, whose id starts like this; null if there is none. Throws UserError if there are several. */
export function findId(
  connection: Connection,
  start: string,
  kinds: readonly FoundId['kind'][] = ['run', 'trial'],
): FoundId | null {
  const found = kinds.flatMap((kind) => idsFrom(connection, kind, start));
  return chooseId(found, { start, kinds, where: connection.path });
}

/** In order of the ids, one more than a message lists. */
function idsFrom(connection: Connection, kind: FoundId['kind'], start: string): readonly FoundId[] {
  const column = sql.ref<string>(`${kind}_id`);
  const found = connection.all(
    queries
      .selectFrom(kind === 'run' ? 'runs' : 'trials')
      .select(column.as('id'))
      .where(column, '>=', start)
      .where(column, '<', `${start}\u{10ffff}`)
      .orderBy(column)
      .limit(MOST_CANDIDATES),
  );
  return found.map(({ id }) => ({ kind, id }));
}
