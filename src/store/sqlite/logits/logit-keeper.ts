import type { StoreEvent, SweepRecord } from '../../store.js';
import type { Connection } from '../file/connection.js';
import { pruneLogits } from './prune-logits.js';

/** Number of runs with stored logits at which unneeded ones are first removed. */
const FEWEST = 64;

/** Keeps few logits during a sweep: removes unneeded ones whenever the number of runs with logits has doubled. */
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
