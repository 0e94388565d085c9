/** How many groups each claim takes. */
interface Pace {
  readonly least: number;
  readonly most: number;
  /** What is used up in less time than this is followed by twice as much: a claim is a durable write. */
  readonly shortestMs: number;
}

/** Returns a function that says how many groups to claim now, and claims them. */
export function pacedClaims({ least, most, shortestMs }: Pace, claim: (groups: number) => Promise<void>) {
  let [groups, claimedAt] = [least, Number.NaN];
  return async (): Promise<void> => {
    const isShort = performance.now() - claimedAt < shortestMs;
    groups = isShort ? Math.min(2 * groups, most) : least;
    await claim(groups);
    claimedAt = performance.now();
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
