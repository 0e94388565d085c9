import type { SmallClassSpec } from '../../spec/data-spec.js';
import { classesText } from '../../wording/class-names.js';
import { counted } from '../../wording/counted.js';
import { PART, type Table } from '../read/table.js';

/** Classes that are too small or that a split would lack. */
export interface Outcasts {
  /** Why, by class. */
  readonly classes: ReadonlyMap<number, string>;
  readonly action: SmallClassSpec['action'];
}

/** What became of such classes, by the divisions that are trained on; a class that one of them trains is trained. */
export function outcastNotes(
  { labels, classNames }: Pick<Table, 'labels' | 'classNames'>,
  { classes, action }: Outcasts,
  divisions: readonly Uint8Array[],
): readonly string[] {
  const trained = new Set(divisions.flatMap((parts) => [...classesIn(labels, parts, PART.train)]));
  const lost = droppedRows(labels, divisions.at(-1));
  const [training, dropped] = [new Map<number, string>(), new Map<number, string>()];
  for (const [cls, why] of classes) {
    if (!trained.has(cls)) dropped.set(cls, why);
    else {
      const rows = lost.get(cls) ?? 0;
      training.set(cls, rows === 0 ? why : `${why}, ${counted(rows, 'row')} dropped`);
    }
  }
  const what = action === 'drop' ? 'Classes dropped' : 'Classes dropped, none of their rows trains';
  return [
    ...(training.size > 0 ? [`Classes in training only: ${classList(training, classNames)}.`] : []),
    ...(dropped.size > 0 ? [`${what}: ${classList(dropped, classNames)}.`] : []),
  ];
}

/** Classes with a row in a part. */
export function classesIn(labels: Int32Array, parts: Uint8Array, part: number): ReadonlySet<number> {
  const found = new Set<number>();
  parts.forEach((own, row) => {
    if (own === part) found.add(labels[row] as number);
  });
  return found;
}

/** By class; of those that only train, these are rows of other parts. */
function droppedRows(labels: Int32Array, parts: Uint8Array | undefined): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  parts?.forEach((part, row) => {
    const cls = labels[row] as number;
    if (part === PART.dropped) counts.set(cls, (counts.get(cls) ?? 0) + 1);
  });
  return counts;
}

/** Classes, each with a reason; the first of many. */
export function classList(classes: ReadonlyMap<number, string>, names: readonly string[]): string {
  return classesText([...classes].map(([cls, why]) => `${names[cls]} (${why})`));
}
