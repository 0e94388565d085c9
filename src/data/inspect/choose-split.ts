import { UserError } from '../../errors.js';
import type { SmallClassSpec, SplitSpec } from '../../spec/data-spec.js';
import { counted } from '../../wording/counted.js';
import { PART, type RowGroups, type RowTimes } from '../read/table.js';
import { assignParts } from '../split/assign-parts.js';
import type { ClassTable } from './class-table.js';
import type { ProposedColumns } from './find-drops.js';

/** How rows are divided, and what happens to small classes. */
export interface SplitChoice {
  /** Undefined for the default shares. */
  readonly split?: SplitSpec;
  readonly reason: string;
  readonly small?: SmallClassSpec;
  readonly smallReason?: string;
  /** Splits that may be meant, for a comment. */
  readonly others: readonly OtherSplit[];
}

/** A split that a spec could have instead. */
export interface OtherSplit {
  readonly split: SplitSpec;
  readonly reason: string;
}

/** Rows of a table and how the files divide them. */
export interface SplitTable extends ClassTable {
  readonly parts: Uint8Array;
  /** What the files or a column of the table say; undefined where nothing does. */
  readonly given?: { readonly split: SplitSpec; readonly reason: string };
}

const FEWEST_ROWS = 3;

/** A split that fits: the one that the table has, by time, by groups, or drawn. */
export function chooseSplit(table: SplitTable, { times, groups }: ProposedColumns): SplitChoice {
  const others: OtherSplit[] = [];
  if (table.given !== undefined) {
    const tried = trySplit(table, {}, table.given.split);
    return { ...table.given, ...tried.rule, others };
  }
  const drawn = trySplit(table, {}, {});
  const candidates = [
    ...times.flatMap(({ name, times: own, isOrdered }) =>
      own === undefined
        ? []
        : [{ split: { time: name }, with: { times: own }, isLikely: isOrdered, why: timeWhy(isOrdered) }],
    ),
    ...groups.flatMap(({ name, groups: own, isSure, reason }) =>
      own === undefined
        ? []
        : [
            {
              split: { group: name },
              with: { groups: own },
              isLikely: isSure,
              why: `rows of one ${name} stay together: ${reason}`,
            },
          ],
    ),
  ];
  let chosen: SplitChoice | undefined;
  for (const candidate of candidates) {
    const tried = trySplit(table, candidate.with, candidate.split);
    const lost = tried.lost - drawn.lost;
    if (!tried.fits) continue;
    if (candidate.isLikely && chosen === undefined && lost <= 0)
      chosen = { split: candidate.split, reason: candidate.why, ...tried.rule, others };
    else {
      const cost =
        lost > 0 ? `; it leaves ${counted(lost, 'class', 'classes')} more without rows in a split` : '';
      others.push({ split: candidate.split, reason: candidate.why + cost });
    }
  }
  return chosen ?? { reason: 'drawn by class, 60 / 20 / 20', ...drawn.rule, others };
}

function timeWhy(isOrdered: boolean): string {
  return isOrdered
    ? 'the rows are in time order, so the latest rows test'
    : 'the latest rows would test; the rows of the file are in another order';
}

interface TriedSplit {
  readonly fits: boolean;
  /** Classes that are not measured. */
  readonly lost: number;
  readonly rule: Pick<SplitChoice, 'small' | 'smallReason'>;
}

function trySplit(
  table: SplitTable,
  dividing: { readonly times?: RowTimes; readonly groups?: RowGroups },
  split: SplitSpec,
): TriedSplit {
  const tiny = smallClasses(table);
  const plain = measured(table, dividing, { split });
  if (plain !== undefined) return { fits: true, lost: 0, rule: {} };
  const rows = FEWEST_ROWS;
  for (const action of ['drop', 'train_only'] as const) {
    const kept = measured(table, dividing, { split, min_class_rows: { rows, action } });
    if (kept === undefined) continue;
    const lost = table.classNames.length - kept;
    // What is larger than tiny has something to teach.
    if (action === 'drop' && lost > tiny) continue;
    const classes = counted(lost, 'class has', 'classes have');
    const smallReason =
      action === 'drop'
        ? `${classes} fewer than ${rows} rows, one each for training, validation and test: left out`
        : `${classes} no row in a split: trained and not measured`;
    return { fits: true, lost, rule: { small: { rows, action }, smallReason } };
  }
  return { fits: false, lost: table.classNames.length, rule: {} };
}

/** How many classes a split measures; undefined where it is refused. */
function measured(
  { labels, classNames, parts: own }: SplitTable,
  { times, groups }: { readonly times?: RowTimes; readonly groups?: RowGroups },
  spec: Parameters<typeof assignParts>[1],
): number | undefined {
  try {
    const { parts } = assignParts({ labels, classNames, parts: own, times, groups }, spec);
    const found = [new Set<number>(), new Set<number>()];
    parts.forEach((part, row) => {
      if (part === PART.validation) found[0]?.add(labels[row] as number);
      if (part === PART.test) found[1]?.add(labels[row] as number);
    });
    return [...(found[0] ?? [])].filter((cls) => found[1]?.has(cls)).length;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function smallClasses({ labels, classNames }: ClassTable): number {
  const counts = new Int32Array(classNames.length);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return counts.filter((count) => count < FEWEST_ROWS).length;
}
