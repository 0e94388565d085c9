import type { StoreEvent, SweepRecord } from '../../store.js';
import type { Connection } from '../connection.js';
import { packModels } from './models.js';
import { pruneKept } from './prune-kept.js';

/** Number of runs with stored logits or models at which unneeded ones are first removed. */
const FEWEST = 64;
/** Bytes of new logits and models after which unneeded ones are removed, however few they are. */
const MOST_BYTES = 64 * 2 ** 20;

/** Keeps few logits and models during a sweep: removes unneeded ones whenever the number of runs with any has doubled. */
export class KeptRuns {
  readonly #sweeps = new Map<string, SweepRecord>();
  #added = 0;
  #addedBytes = 0;
  #room = FEWEST;

  constructor(private readonly connection: Connection) {}

  watch(sweep: SweepRecord): void {
    this.#sweeps.set(sweep.name, sweep);
  }

  /** To be called in the transaction that recorded the events. */
  recorded(events: readonly StoreEvent[]): void {
    for (const event of events) {
      if (event.type !== 'complete') continue;
      this.#added++;
      const { validationLogits, testLogits } = event.result;
      for (const kept of [event.model, validationLogits, testLogits])
        this.#addedBytes += kept?.byteLength ?? 0;
    }
    if (this.#added >= this.#room || this.#addedBytes >= MOST_BYTES) this.prune();
  }

  prune(): void {
    let left = 0;
    for (const sweep of this.#sweeps.values()) {
      left += pruneKept(this.connection, sweep);
      packModels(this.connection, sweep.name);
    }
    this.#added = 0;
    this.#addedBytes = 0;
    this.#room = Math.max(FEWEST, left);
  }
}
