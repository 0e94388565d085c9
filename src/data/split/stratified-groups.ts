import { type RandomStream, shuffle } from '../../random.js';

/** Groups of rows to deal out. */
export interface GroupedRows {
  /** The rows that count. */
  readonly rows: Int32Array;
  /** Class of each row of the table. */
  readonly labels: Int32Array;
  /** Group of each row of the table. */
  readonly groupOf: Int32Array;
  readonly groupCount: number;
  readonly classCount: number;
}

/** Rows of the classes that a group has. */
interface Group {
  readonly code: number;
  readonly classes: readonly number[];
  readonly counts: readonly number[];
  /** How unevenly its rows lie in the classes: the standard deviation of the counts. */
  readonly spread: number;
}

/** As numpy's isclose: evaluations that differ by less are alike. */
const ALIKE = { absolute: 1e-8, relative: 1e-5 };

/**
 * Deals groups out to parts of these shares, which sum to 1, so that each part has its share of every class as nearly as groups
 * allow; returns the part of every group, −1 for a group without rows. As scikit-learn's StratifiedGroupKFold: the groups whose
 * classes are most uneven first, each to the part in which the classes' shares then differ least (mean over classes of the
 * standard deviation over parts, which count by their shares), ties to the part with fewest rows. `stream` orders equal groups.
 */
export function dealGroups(
  grouped: GroupedRows,
  shares: readonly number[],
  stream?: RandomStream,
): Int32Array {
  const order = Int32Array.from({ length: grouped.groupCount }, (_, code) => code);
  if (stream !== undefined) shuffle(order, stream);
  const place = new Int32Array(order.length);
  order.forEach((code, at) => {
    place[code] = at;
  });
  const groups = groupsOf(grouped).sort(
    (a, b) => b.spread - a.spread || (place[a.code] as number) - (place[b.code] as number),
  );
  const parts = new Parts(grouped, shares);
  const partOf = new Int32Array(grouped.groupCount).fill(-1);
  for (const group of groups) partOf[group.code] = parts.take(group);
  return partOf;
}

function groupsOf({ rows, labels, groupOf, groupCount, classCount }: GroupedRows): Group[] {
  const counts = Array.from({ length: groupCount }, () => new Map<number, number>());
  for (const row of rows) {
    const own = counts[groupOf[row] as number] as Map<number, number>;
    const label = labels[row] as number;
    own.set(label, (own.get(label) ?? 0) + 1);
  }
  return counts.flatMap((own, code) => {
    if (own.size === 0) return [];
    // In the order of the classes, as numpy sums: equal groups then have equal spreads.
    const all = Array.from({ length: classCount }, (_, cls) => own.get(cls) ?? 0);
    const mean = all.reduce((sum, count) => sum + count, 0) / classCount;
    const spread = Math.sqrt(all.reduce((sum, count) => sum + (count - mean) ** 2, 0) / classCount);
    return [{ code, classes: [...own.keys()], counts: [...own.values()], spread }];
  });
}

/** The parts while groups are dealt out to them. */
class Parts {
  /** By part, then class: rows as a share of what the part should get of the class. */
  readonly #filled: readonly Float64Array[];
  readonly #rows: Float64Array;
  readonly #rowsOfClass: Float64Array;
  /** By class, over parts by their shares: means of the shares filled and of their squares. */
  readonly #means: Float64Array;
  readonly #squares: Float64Array;

  constructor(
    { rows, labels, classCount }: GroupedRows,
    private readonly shares: readonly number[],
  ) {
    this.#filled = shares.map(() => new Float64Array(classCount));
    this.#rows = new Float64Array(shares.length);
    this.#rowsOfClass = new Float64Array(classCount);
    this.#means = new Float64Array(classCount);
    this.#squares = new Float64Array(classCount);
    for (const row of rows) {
      const label = labels[row] as number;
      this.#rowsOfClass[label] = (this.#rowsOfClass[label] as number) + 1;
    }
  }

  /** Gives a group to the part that it suits best; returns the part. */
  take(group: Group): number {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    this.shares.forEach((_share, part) => {
      const unevenness = this.unevenness(group, part);
      const isAlike = Math.abs(unevenness - least) <= ALIKE.absolute + ALIKE.relative * Math.abs(least);
      if (unevenness < least || (isAlike && this.fullness(part) < this.fullness(best))) {
        best = part;
        least = unevenness;
      }
    });
    group.classes.forEach((cls, at) => {
      const filled = this.#filled[best] as Float64Array;
      const before = filled[cls] as number;
      const after = before + this.portion(cls, group.counts[at] as number, best);
      const share = this.shares[best] as number;
      filled[cls] = after;
      this.#means[cls] = (this.#means[cls] as number) + share * (after - before);
      this.#squares[cls] = (this.#squares[cls] as number) + share * (after ** 2 - before ** 2);
      this.#rows[best] = (this.#rows[best] as number) + (group.counts[at] as number);
    });
    return best;
  }

  private portion(cls: number, count: number, part: number): number {
    const due = (this.#rowsOfClass[cls] as number) * (this.shares[part] as number) * this.shares.length;
    return count / due;
  }

  private fullness(part: number): number {
    return (this.#rows[part] as number) / (this.shares[part] as number);
  }

  /** The mean standard deviation over the classes if the part had the group; classes that the group lacks add the same to every part. */
  private unevenness({ classes, counts }: Group, part: number): number {
    const share = this.shares[part] as number;
    let sum = 0;
    this.#means.forEach((mean, cls) => {
      sum += deviation(mean, this.#squares[cls] as number);
    });
    classes.forEach((cls, at) => {
      const before = (this.#filled[part] as Float64Array)[cls] as number;
      const after = before + this.portion(cls, counts[at] as number, part);
      const [mean, squares] = [this.#means[cls] as number, this.#squares[cls] as number];
      sum -= deviation(mean, squares);
      sum += deviation(mean + share * (after - before), squares + share * (after ** 2 - before ** 2));
    });
    return sum / this.#means.length;
  }
}

function deviation(mean: number, squares: number): number {
  return Math.sqrt(Math.max(0, squares - mean ** 2));
}
