export type ToldEnd = 'result' | 'pause' | 'failure';

/** The ends that a trainer tells of its runs: each run has one, and nothing comes after it. */
export class ToldEnds {
  readonly #ends = new Map<string, ToldEnd>();

  /** What is wrong with this being told of a run now; undefined where nothing is. */
  mistake(runId: string, what: string): string | undefined {
    const end = this.#ends.get(runId);
    return end && `${what} of ${runId} was told after its ${end}`;
  }

  /** The same for an end, which is kept if it is the first one. */
  add(runId: string, end: ToldEnd): string | undefined {
    const mistake = this.mistake(runId, `a ${end}`);
    if (mistake === undefined) this.#ends.set(runId, end);
    return mistake;
  }
}
