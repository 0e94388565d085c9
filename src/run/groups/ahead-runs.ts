import type { WorkerPool } from '../threads/worker-pool.js';
import type { GroupEvent, PlannedRun } from './follow-group.js';

type Listener = (event: GroupEvent) => void;

interface AheadRun {
  readonly planned: PlannedRun;
  /** Its own, so that it can be stopped alone. */
  readonly pool: WorkerPool;
  readonly untold: GroupEvent[];
  /** Set once the search has asked for it. */
  listener: Listener | undefined;
  readonly ended: Promise<void>;
}

/**
 * Runs that threads train while they would wait for the others of a rung, because the search will probably ask for them. What they tell is
 * kept back until it does, and forgotten where it does not: nothing that is recorded depends on which thread was free.
 */
export class AheadRuns {
  readonly #runs = new Map<string, AheadRun>();
  /** Those that hold a thread, asked for or not. */
  readonly #training = new Set<AheadRun>();
  /** Groups of other runs that hold one. */
  #groups = 0;
  /** Groups that wait for one. */
  readonly #waiting: (() => void)[] = [];

  constructor(private readonly threads: number) {}

  /** Whether every thread has work. */
  isFull(): boolean {
    return this.#groups + this.#training.size >= this.threads;
  }

  /** Waits until a group of other runs has a thread. */
  async enter(): Promise<void> {
    while (this.isFull()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#groups++;
  }

  leave(): void {
    this.#groups--;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  has({ runId }: { readonly runId: string }): boolean {
    return this.#runs.has(runId);
  }

  /** Trains a run; returns what `train` does, which resolves when the thread is free again. */
  begin(planned: PlannedRun, pool: WorkerPool, train: (onEvent: Listener) => Promise<void>): Promise<void> {
    const untold: GroupEvent[] = [];
    const tell: Listener = (event) => {
      if (own.listener === undefined) untold.push(event);
      else own.listener(event);
    };
    const ended = train(tell).finally(() => {
      this.#training.delete(own);
      this.#wake();
    });
    const own: AheadRun = { planned, pool, untold, listener: undefined, ended };
    this.#runs.set(planned.run.runId, own);
    this.#training.add(own);
    return ended;
  }

  /** Of some runs that the search asks for, those that train or have trained as far as it wants; others are forgotten. */
  asked(runs: readonly PlannedRun[]): readonly PlannedRun[] {
    const own = runs.filter(({ run }) => this.has(run));
    const isApt = ({ run, pauseAfter }: PlannedRun): boolean =>
      this.#runs.get(run.runId)?.planned.pauseAfter === pauseAfter;
    void this.forget(own.filter((planned) => !isApt(planned)).map(({ run }) => run));
    return own.filter(isApt);
  }

  /** Tells what a run has told so far, and all that follows; settles when its thread is free. */
  take({ run, claim }: PlannedRun, onEvent: Listener): Promise<void> {
    const own = this.#runs.get(run.runId);
    if (own === undefined) throw new Error(`nobody trains ${run.runId} ahead`);
    this.#runs.delete(run.runId);
    own.listener = (event) => onEvent({ ...event, ...(claim !== undefined && { claim }) });
    own.untold.splice(0).forEach(own.listener);
    return own.ended;
  }

  /** Stops these runs unless they are taken; settles when no thread has one any more. */
  async forget(runs: readonly { readonly runId: string }[]): Promise<void> {
    const forgotten = runs.flatMap(({ runId }) => this.#runs.get(runId) ?? []);
    for (const { pool, planned } of forgotten) {
      pool.stop('atOnce');
      this.#runs.delete(planned.run.runId);
    }
    await Promise.allSettled(forgotten.map(({ ended }) => ended));
  }

  /** Leaves so many threads to others: of the runs that nobody has asked for, the last ones end first. */
  makeRoom(groups: number): void {
    const own = [...this.#training];
    const unasked = own.filter(({ planned }) => this.has(planned.run));
    const taken = own.filter(({ listener }) => listener !== undefined);
    const room = Math.max(0, this.threads - groups - taken.length);
    void this.forget(unasked.slice(room).map(({ planned }) => planned.run));
  }

  /** Those that nobody has asked for stop at once. */
  stop(when: 'atOnce' | 'afterSaving'): void {
    for (const { listener, pool } of this.#training) pool.stop(listener === undefined ? 'atOnce' : when);
  }

  /** Stops and forgets all; resolves when that is done, to whether all threads are free. */
  async end(): Promise<boolean> {
    this.stop('atOnce');
    this.#runs.clear();
    const ends = await Promise.allSettled([...this.#training].map(({ ended }) => ended));
    return ends.every(({ status }) => status === 'fulfilled');
  }
}
