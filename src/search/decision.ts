import type { SpacePoint } from '../sweep.js';

/** A recorded decision of a search; a resumed sweep follows it. */
export type Decision =
  | { readonly type: 'cohort'; readonly points: readonly SpacePoint[] }
  /** The trials that continue after a rung, by id. */
  | { readonly type: 'rung'; readonly going: readonly string[] }
  | { readonly type: 'done' };
