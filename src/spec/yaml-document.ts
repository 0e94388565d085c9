import { isMap, isScalar, LineCounter, type Node, parseDocument, visit, type YAMLMap } from 'yaml';
import { UserError } from '../errors.js';

export const LARGEST_BYTES = 1_048_576;
const DEEPEST = 32;
const MOST_ALIASES = 100;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export type YamlPath = readonly (string | number)[];

/** A parsed YAML file: its plain value, and where in the file each part of it stands. */
export interface YamlDocument {
  readonly value: unknown;
  /** `file:line:column` of a value, or of the nearest thing around it that exists. */
  locate(path: YamlPath): string;
  /** `file:line:column` of a mapping's key. */
  locateKey(path: YamlPath, key: string): string;
  /** A scalar as it was written; undefined where there is none. */
  sourceAt(path: YamlPath): string | undefined;
}

/** The value at a place of a plain value. */
export function valueAt(value: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((inner, step) => (isHolder(inner) ? inner[step] : undefined), value);
}

/** Whether a plain value is a mapping or a list. */
export function isHolder(value: unknown): value is Readonly<Record<string | number, unknown>> {
  return value !== null && typeof value === 'object';
}

/**
 * Parses untrusted YAML, whose first line may have some characters before what the user wrote. Throws UserError for bad syntax, duplicate or
 * forbidden keys, and texts made to exhaust memory.
 */
export function parseYaml(text: string, file: string, before = 0): YamlDocument {
  if (Buffer.byteLength(text) > LARGEST_BYTES) throw tooLarge(file);
  refuseDeepBrackets(text, file);
  const lines = new LineCounter();
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${line === 1 ? Math.max(1, col - before) : col}`;
  };
  // The library's own check for repeated keys compares every pair.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const problem = document.errors[0];
  if (problem !== undefined) {
    throw new UserError(`not valid YAML: ${problem.message}`, {
      where: place(problem.pos[0]),
      fix: 'Check indentation, quotes and brackets there.',
    });
  }
  visit(document, {
    Node: (_key, node, path) => {
      if (path.length > DEEPEST * 2) throw tooDeep(place(node.range?.[0] ?? 0));
      if (isMap(node)) refuseRepeatedKeys(node, place);
    },
    Pair: (_key, pair) => {
      if (isScalar(pair.key) && FORBIDDEN_KEYS.has(String(pair.key.value))) {
        throw new UserError(`the key "${String(pair.key.value)}" is not allowed`, {
          where: place(pair.key.range?.[0] ?? 0),
          fix: 'Rename it.',
        });
      }
    },
  });
  const nodeAt = (path: YamlPath): Node | undefined => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (node !== null && typeof node === 'object' && 'range' in node) return node as Node;
    }
    return undefined;
  };
  return {
    value: plainValue(() => document.toJS({ maxAliasCount: MOST_ALIASES }), file),
    locate: (path) => place(nodeAt(path)?.range?.[0] ?? 0),
    sourceAt: (path) => {
      const node = document.getIn(path, true);
      return isScalar(node) ? node.source : undefined;
    },
    locateKey: (path, key) => {
      const map = nodeAt(path);
      const pair = isMap(map)
        ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
        : undefined;
      return place((isScalar(pair?.key) ? pair.key.range?.[0] : undefined) ?? map?.range?.[0] ?? 0);
    },
  };
}

export function tooLarge(where: string): UserError {
  return new UserError('the spec is larger than 1 MiB', {
    where,
    fix: 'Refer to data files instead of pasting data.',
  });
}

function refuseRepeatedKeys({ items }: YAMLMap, place: (offset: number) => string): void {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) {
      throw new UserError(`the key "${String(key.value)}" is listed twice`, {
        where: place(key.range?.[0] ?? 0),
        fix: 'Remove one of them.',
      });
    }
    seen.add(key.value);
  }
}

function plainValue(convert: () => unknown, file: string): unknown {
  try {
    return convert();
  } catch (error) {
    throw new UserError(`the YAML's aliases cannot be resolved: ${(error as Error).message}`, {
      where: file,
      fix: `Use at most ${MOST_ALIASES} aliases, none of them circular.`,
    });
  }
}

function tooDeep(where: string): UserError {
  return new UserError(`nested deeper than ${DEEPEST} levels`, {
    where,
    fix: 'A sweep spec needs four levels at most.',
  });
}

/** The parser recurses, so brackets stacked up to overflow it are refused before it sees them. */
function refuseDeepBrackets(text: string, file: string): void {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth++;
    else if ((character === ']' || character === '}') && depth > 0) depth--;
    if (depth > DEEPEST * 4) throw tooDeep(file);
  }
}
