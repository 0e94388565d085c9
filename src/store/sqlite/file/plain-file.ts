import { renameSync, rmSync } from 'node:fs';
import { isDevice, removedOnSignal, unfinishedPath } from '../../../data/files/unfinished-file.js';
import { UserError } from '../../../errors.js';
import type { CellValue } from '../../store.js';
import { explainDatabaseError } from './database-errors.js';
import { Database } from './driver.js';

/** A new SQLite file for other programs. */
export interface PlainSqliteFile {
  /** Adds a row, by column. */
  insert(table: string, row: Readonly<Record<string, CellValue>>): void;
  /** Gives the file its name, now that it is whole. */
  finish(): void;
  /** Removes what was written, unless the file is whole. */
  abandon(): void;
}

/** Creates an SQLite file with these tables; what was there under its name is replaced when the new one is whole. */
export function createPlainFile(path: string, statements: string): PlainSqliteFile {
  if (isDevice(path)) {
    throw new UserError('a database cannot be written to a device or a pipe', {
      where: path,
      fix: 'Name a file.',
    });
  }
  const unfinished = unfinishedPath(path);
  const parts = [unfinished, `${unfinished}-journal`];
  const explained = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw explainDatabaseError(error, path);
    }
  };
  const database = explained(() => {
    rmSync(unfinished, { force: true });
    const created = new Database(unfinished);
    created.exec(`BEGIN; ${statements}`);
    return created;
  });
  const release = removedOnSignal(...parts);
  const inserts = new Map<string, ReturnType<typeof database.prepare>>();
  return {
    insert: (table, row) => {
      const columns = Object.keys(row);
      const places = columns.map(() => '?').join(', ');
      const text = `INSERT INTO ${table} (${columns.map((name) => `"${name}"`).join(', ')}) VALUES (${places})`;
      const insert = inserts.get(text) ?? database.prepare(text);
      inserts.set(text, insert);
      explained(() => insert.run(...Object.values(row)));
    },
    finish: () => {
      explained(() => database.exec('COMMIT'));
      database.close();
      renameSync(unfinished, path);
      release();
    },
    abandon: () => {
      if (!database.open) return;
      database.close();
      for (const part of parts) rmSync(part, { force: true });
      release();
    },
  };
}
