import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT, UserError } from '../../errors.js';
import { SCHEMA_FILE } from '../../plan/first-spec/first-spec.js';
import { sweepJsonSchema } from '../../spec/json-schema.js';

/** Throws UserError if a file is there that must not be written over. */
export function requireAbsent(specFile: string, force: boolean): void {
  if (force) return;
  if (existsSync(specFile)) {
    throw new UserError('the spec is there already', {
      where: specFile,
      fix: 'Write over it with --force, or name another file with --out.',
    });
  }
  const schema = schemaBeside(specFile);
  if (!existsSync(schema) || isSweepSchema(schema)) return;
  throw new UserError('the file is there already, and it is no schema of sweeps', {
    where: schema,
    fix: 'Write over it with --force, or name a spec in another folder with --out.',
  });
}

/** Writes a spec and, beside it, the schema that editors check it by. Returns what was written. */
export function writeFirstSpec(specFile: string, text: string, force: boolean): readonly string[] {
  requireAbsent(specFile, force);
  const schema = schemaBeside(specFile);
  try {
    mkdirSync(dirname(specFile), { recursive: true });
    writeFileSync(specFile, text, { flag: force ? 'w' : 'wx' });
    writeFileSync(schema, `${JSON.stringify(sweepJsonSchema(), null, 2)}\n`);
  } catch (error) {
    throw new UserError(`the spec cannot be written: ${(error as Error).message}`, {
      where: specFile,
      fix: 'Give --out a path that you may write to.',
      exitCode: EXIT.output,
      cause: error,
    });
  }
  return [specFile, schema];
}

function schemaBeside(specFile: string): string {
  return join(dirname(specFile), SCHEMA_FILE);
}

/** Of this or another version of the program. */
function isSweepSchema(file: string): boolean {
  try {
    return (
      (JSON.parse(readFileSync(file, 'utf8')) as { title?: unknown } | null)?.title ===
      'focalsweep sweep spec'
    );
  } catch {
    return false;
  }
}
