import { isMap, isScalar, parseDocument } from 'yaml';
import { UserError } from '../errors.js';
import { parseSpec } from './parse-spec.js';
import { sweepSchema } from './schema.js';

/** Throws UserError unless a sweep may have the name. */
export function requireSweepName(name: string): void {
  const { success, error } = sweepSchema.shape.name.safeParse(name);
  if (success) return;
  throw new UserError(`"${name}" cannot be the name of a sweep: it ${error.issues[0]?.message}`, {
    fix: 'Choose another name, for example flows-2.',
  });
}

/** A spec with another name and everything else as it was; as it is, if this version cannot read it. */
export function renamedSpec(text: string, name: string): string {
  const { contents } = parseDocument(text);
  const old = isMap(contents) ? contents.get('name', true) : undefined;
  const range = isScalar(old) ? old.range : undefined;
  if (range == null) return text;
  const renamed = `${text.slice(0, range[0])}${JSON.stringify(name)}${text.slice(range[1])}`;
  return isNamed(renamed, name) ? renamed : text;
}

function isNamed(text: string, name: string): boolean {
  try {
    return parseSpec(text).name === name;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
