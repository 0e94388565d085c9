/** How many groups each claim takes. */
interface Pace {
  readonly least: number;
  readonly most: number;
  /** What is used up in less time than this is followed by twice as much: a claim is a durable write. */
  readonly shortestMs: number;
}

/**
 * Returns a function that claims as many groups as are wanted now; `claim` gives how many there were. Who waits for work in vain has
 * not used up anything, and takes the least when there is some.
 */
export function pacedClaims({ least, most, shortestMs }: Pace, claim: (groups: number) => Promise<number>) {
  let [groups, claimedAt] = [least, Number.NaN];
  return async (): Promise<void> => {
    const isShort = performance.now() - claimedAt < shortestMs;
    groups = isShort ? Math.min(2 * groups, most) : least;
    claimedAt = (await claim(groups)) > 0 ? performance.now() : Number.NaN;
  };
}

/** Does the work of one call after the other: what one has claimed is not another's. */
export function oneByOne<T>(work: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}
