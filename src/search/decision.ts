import type { ParameterPoint } from '../sweep.js';

/** What a search has decided, as it is recorded: a resumed sweep goes the same way. */
export type Decision =
  | { readonly type: 'cohort'; readonly points: readonly ParameterPoint[] }
  /** The trials that go on from a rung, by id. */
  | { readonly type: 'rung'; readonly going: readonly string[] }
  | { readonly type: 'done' };
