import type { StoreKeeper } from './keeper.js';
import type { SweepReader } from './reader.js';
import type { SweepWriter } from './writer.js';

export type * from './events.js';
export type * from './keeper.js';
export type * from './reader.js';
export type * from './sweep-record.js';
export type * from './writer.js';

/** A place for sweeps and their results. `onNote` receives a message when the store has to wait. */
export interface Store {
  /** Whether the store exists. */
  exists(): Promise<boolean>;
  /** Opens it read-only. Throws UserError if it does not exist, or is not a store. */
  reader(): Promise<SweepReader>;
  /** Opens it to train sweeps, and creates it if it does not exist. */
  writer(onNote?: (text: string) => void): Promise<SweepWriter>;
  /** Opens an existing one, to change sweeps that are not in training and to maintain it. */
  keeper(onNote?: (text: string) => void): Promise<StoreKeeper>;
}
