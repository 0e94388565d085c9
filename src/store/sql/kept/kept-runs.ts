import type { StoreEvent, SweepRecord } from '../../store.js';
import { type Connection, queries } from '../connection.js';
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
  /** Models at the last look. */
  #seen = 0;

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

  /** For a sweep that other processes train: looks how much they have added. */
  look(): void {
    if (this.#models() < this.#seen + this.#room) return;
    this.connection.transaction(() => this.prune());
    this.#seen = this.#models();
  }

  #models(): number {
    const counted = queries.selectFrom('models').select(({ fn }) => fn.countAll<number>().as('runs'));
    return this.connection.first(counted)?.runs ?? 0;
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
