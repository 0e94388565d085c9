import type { StoreKeeper } from './keeper.js';
import type { SweepReader } from './reader.js';
import type { SweepWriter } from './writer.js';

export type * from './events.js';
export type * from './keeper.js';
export type * from './reader.js';
export type * from './sweep-record.js';
export type * from './writer.js';

/** Where sweeps and their results are kept. `onNote` is told what the store waits for. */
export interface Store {
  /** Whether there is something to read. */
  exists(): Promise<boolean>;
  /** Opens it read-only. Throws UserError where there is nothing, or something else. */
  reader(): Promise<SweepReader>;
  /** Opens it to train sweeps; makes it where there is none. */
  writer(onNote?: (text: string) => void): Promise<SweepWriter>;
  /** Opens one that exists, to change sweeps that are not being trained and to look after it. */
  keeper(onNote?: (text: string) => void): Promise<StoreKeeper>;
}
