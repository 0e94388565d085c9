// Trains what has no result yet, with the command line of a build.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Launches the sweeps of a table in a database of its own, and returns the database's path. */
export async function train({ name, specsOf }, table, { main, folder, split, workers, library }) {
  const base = join(folder, [name, ...(split === undefined ? [] : [split]), table].join('-'));
  const db = `${base}.db`;
  for (const spec of specsOf(table)) {
    const text = `${JSON.stringify(spec, null, 2)}\n`;
    if (await isFinished(library, db, spec.name, text)) continue;
    const file = `${base}.yaml`;
    writeFileSync(file, text);
    process.stderr.write(`${name} ${table}: ${spec.name}\n`);
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(main, 'dist/bundle/main.js'), 'launch', file, '--db', db, '--workers', workers, '--top', '1'],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
  }
  return db;
}

/** Whether the sweep was trained to its end by this very spec. */
async function isFinished({ openStore }, db, sweep, text) {
  if (!existsSync(db)) return false;
  const reader = await openStore(db).reader();
  try {
    const known = (await reader.sweeps()).find(({ name }) => name === sweep);
    if (known === undefined || known.complete !== known.runs) return false;
    return (await reader.sweep(sweep)).specText === text;
  } finally {
    await reader.close();
  }
}
