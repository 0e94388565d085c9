import { sweepSchema } from '../schema.js';
import type { YamlPath } from '../yaml-document.js';

/** The keys that the schema has at a place of the spec; none where a value is. */
export function keysAt(path: YamlPath): readonly string[] {
  let schema: unknown = sweepSchema;
  for (const step of path)
    schema = typeof step === 'number' ? elementOf(schema) : shapeOf(schema)[String(step)];
  return Object.keys(shapeOf(schema));
}

/** The place of a space that a path leads into, [] for the top of the spec, and the rest of the path. */
export function withinSpace(path: YamlPath): { readonly space: YamlPath; readonly rest: YamlPath } {
  const depth = path[0] === 'spaces' && typeof path[1] === 'number' ? 2 : 0;
  return { space: path.slice(0, depth), rest: path.slice(depth) };
}

/** What a list holds. */
function elementOf(schema: unknown): unknown {
  const holder = schema as { element?: unknown; unwrap?: () => unknown } | undefined;
  if (holder?.element !== undefined) return holder.element;
  return typeof holder?.unwrap === 'function' ? elementOf(holder.unwrap()) : undefined;
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
