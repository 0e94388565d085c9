import type { z } from 'zod';
import { UserError } from '../errors.js';
import { didYouMean } from './did-you-mean.js';
import { KNOB_NAMES } from './knobs.js';
import { sweepSchema } from './schema.js';
import type { YamlDocument, YamlPath } from './yaml-document.js';

/** The first mistake that the schema found, told with its place in the file. */
export function schemaError(issues: readonly z.core.$ZodIssue[], yaml: YamlDocument): UserError {
  const [first, ...others] = issues.map((issue) => explain(issue, [], yaml));
  const more =
    others.length > 0 ? ` (and ${others.length} more ${others.length === 1 ? 'mistake' : 'mistakes'})` : '';
  return new UserError(`${first?.what ?? 'the spec is not valid'}${more}`, {
    where: first?.where,
    fix: first?.fix,
  });
}

interface Explanation {
  readonly what: string;
  readonly where: string;
  readonly fix: string;
}

function explain(issue: z.core.$ZodIssue, parent: YamlPath, yaml: YamlDocument): Explanation {
  const path = [...parent, ...(issue.path as (string | number)[])];
  const name = path.length === 0 ? 'the spec' : path.map(String).join('.');
  const where = yaml.locate(path);
  if (issue.code === 'unrecognized_keys') return unknownKey(issue.keys[0] ?? '', path, yaml);
  if (issue.code === 'invalid_union') return explainUnion(issue, path, yaml);
  if (issue.code === 'invalid_type' && valueAt(yaml.value, path) === undefined) {
    return { what: `${name} is missing`, where, fix: `Add \`${String(path.at(-1))}: …\`.` };
  }
  if (issue.code === 'invalid_value') {
    const known = issue.values.map(String);
    const given = valueAt(yaml.value, path);
    return {
      what: `${name}: ${JSON.stringify(given)} is not one of ${known.join(', ')}.${didYouMean(String(given), known)}`,
      where,
      fix: `Use ${known.length === 1 ? known[0] : 'one of them'}.`,
    };
  }
  const message = issue.message.replace(/^Invalid input: /, '').replace(/^Too (small|big): /, '');
  return { what: `${name}: ${message}`, where, fix: 'See the spec reference in the README.' };
}

/** The branch that came closest: the one whose first mistake lies deepest, and that takes the value's own type. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, path: YamlPath, yaml: YamlDocument): Explanation {
  const given = valueAt(yaml.value, path);
  const closest = issue.errors
    .map((branch) => branch[0])
    .filter((mistake) => mistake !== undefined)
    .filter((mistake) => mistake.path.length > 0 || mistake.code !== 'invalid_type')
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (closest !== undefined) return explain(closest, path, yaml);
  return {
    what: `${path.join('.')}: ${JSON.stringify(given)} is not a value that it takes`,
    where: yaml.locate(path),
    fix: 'See the spec reference in the README.',
  };
}

/** Where people look for a key that stands elsewhere. */
function unknownKey(key: string, path: YamlPath, yaml: YamlDocument): Explanation {
  const known = keysAt(path);
  const section = path.length === 0 ? 'a sweep spec' : path.join('.');
  const isKnob = (KNOB_NAMES as readonly string[]).includes(key);
  const suggestion = didYouMean(key, known);
  const home =
    isKnob && suggestion === '' ? ' It is a knob: it belongs under parameters, train or model.' : '';
  return {
    what: `unknown key "${key}" in ${section}.${suggestion}${home}`,
    where: yaml.locateKey(path, key),
    fix: known.length > 0 ? `Known keys: ${known.join(', ')}.` : 'Take it out.',
  };
}

function keysAt(path: YamlPath): readonly string[] {
  let schema: unknown = sweepSchema;
  for (const step of path) schema = unwrap(schema, String(step));
  return Object.keys(shapeOf(schema));
}

function unwrap(schema: unknown, key: string): unknown {
  return shapeOf(schema)[key];
}

function shapeOf(schema: unknown): Record<string, unknown> {
  const holder = schema as
    | { shape?: Record<string, unknown>; unwrap?: () => unknown; options?: unknown[] }
    | undefined;
  if (holder === undefined) return {};
  if (holder.shape !== undefined) return holder.shape;
  if (holder.options !== undefined) return Object.assign({}, ...holder.options.map(shapeOf));
  return typeof holder.unwrap === 'function' ? shapeOf(holder.unwrap()) : {};
}

function valueAt(value: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      inner !== null && typeof inner === 'object'
        ? (inner as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}
