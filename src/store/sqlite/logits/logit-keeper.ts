import type { StoreEvent, SweepRecord } from '../../store.js';
import type { Connection } from '../file/connection.js';
import { pruneLogits } from './prune-logits.js';

/** Runs whose logits may lie about before the first look at what is still wanted. */
const FEWEST = 64;

/** Keeps few logits while a sweep goes on: looks again each time as many have come as were left. */
export class LogitKeeper {
  readonly #sweeps = new Map<string, SweepRecord>();
  #added = 0;
  #room = FEWEST;

  constructor(private readonly connection: Connection) {}

  watch(sweep: SweepRecord): void {
    if (sweep.storeLogits === true) this.#sweeps.delete(sweep.name);
    else this.#sweeps.set(sweep.name, sweep);
  }

  /** To be called in the transaction that recorded the events. */
  recorded(events: readonly StoreEvent[]): void {
    this.#added += events.filter(({ type }) => type === 'complete').length;
    if (this.#added >= this.#room) this.prune();
  }

  prune(): void {
    let left = 0;
    for (const { name, metric } of this.#sweeps.values()) left += pruneLogits(this.connection, name, metric);
    this.#added = 0;
    this.#room = Math.max(FEWEST, left);
  }
}
