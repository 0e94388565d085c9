/** How trials are dropped before they are trained in full, as a spec says it; epochs count from 1. */
export type StopSetting =
  | { readonly type: 'none' }
  /** Drops what is behind the median of its cohort, from epoch `grace` on, every `every` epochs. */
  | { readonly type: 'median'; readonly grace: number; readonly every: number }
  /** Keeps one of `eta` at epochs `grace`, `grace` × `eta` and so on. */
  | { readonly type: 'successive_halving'; readonly grace: number; readonly eta: number }
  /** With the rungs of `early_terminate` in W&B's sweeps. */
  | {
      readonly type: 'hyperband';
      readonly rungs: readonly number[];
      readonly eta: number;
      /** Judges by the epoch of the rung instead of the best one so far. */
      readonly strict?: true | undefined;
    }
  /** Halves on one seed, then spends seeds on those that can still be chosen. */
  | {
      readonly type: 'halving_then_racing';
      readonly grace: number;
      readonly eta: number;
      readonly maxSeeds: number;
    };
