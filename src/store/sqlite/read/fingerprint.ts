import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { configurationCells, configurationOf } from '../../configuration.js';
import { type Connection, queries } from '../file/connection.js';
import { RESULT_TABLES } from '../result-tables.js';
import { requireSweep } from './sweep-reads.js';

/** SHA-256, hex, over the rows of the sweep's result tables in key order. */
export function fingerprintSweep(connection: Connection, sweep: string): string {
  requireSweep(connection, sweep);
  const hash = createHash('sha256');
  for (const [name, key, ofSweep] of RESULT_TABLES) {
    hash.update(encodeRow([name]));
    const rows = sql`select * from ${sql.table(name)} where ${ofSweep(sweep)} order by ${sql.raw(key)}`;
    for (const row of connection.cells({ compile: () => rows.compile(queries) })) {
      hash.update(encodeRow(name === 'trials' ? trialCells(row) : row));
    }
  }
  return hash.digest('hex');
}

/** A trial's own columns, then its configuration, which is the last one. */
function trialCells(row: readonly unknown[]): readonly unknown[] {
  return [...row.slice(0, -1), ...configurationCells(configurationOf(String(row.at(-1))))];
}

const TAG = { row: 0, null: 1, number: 2, text: 3, bytes: 4 } as const;

/** Every cell as a tag and its length or bits, so that no two different rows share an encoding. */
function encodeRow(cells: readonly unknown[]): Buffer {
  const parts = [tagged(TAG.row, cells.length)];
  for (const cell of cells) {
    if (cell === null) parts.push(tagged(TAG.null, 0));
    else if (typeof cell === 'number') parts.push(tagged(TAG.number, cell));
    else if (typeof cell === 'string') parts.push(...sized(TAG.text, Buffer.from(cell)));
    else parts.push(...sized(TAG.bytes, cell as Buffer));
  }
  return Buffer.concat(parts);
}

function sized(tag: number, bytes: Buffer): readonly Buffer[] {
  return [tagged(tag, bytes.length), bytes];
}

/** One byte of tag, then a length or a number as IEEE 754 double, little-endian. */
function tagged(tag: number, value: number): Buffer {
  const bytes = Buffer.allocUnsafe(9);
  bytes[0] = tag;
  bytes.writeDoubleLE(value, 1);
  return bytes;
}
