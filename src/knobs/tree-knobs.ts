import { z } from 'zod';
import { knob, OF_TREES } from './knob.js';

/**
 * Knobs that only trees use.
 * @internal
 */
export const TREE_KNOBS = {
  max_leaves: knob({
    schema: z
      .int()
      .min(2)
      .max(4096)
      .describe('Trees: leaves of a tree; the leaf with the largest gain is split next.'),
    default: 31,
    column: { kind: 'number', text: 'leaves of a tree' },
    section: 'model',
    since: 'later',
    counts: OF_TREES,
  }),
  max_depth: knob({
    schema: z.int().min(0).max(64).describe('Trees: most splits above a leaf; 0 is no limit.'),
    default: 0,
    column: { kind: 'number', text: 'most splits above a leaf; 0 is no limit' },
    section: 'model',
    since: 'later',
    counts: OF_TREES,
  }),
  min_leaf_rows: knob({
    schema: z.int().min(1).max(1_000_000).describe('Trees: about so many training rows a leaf has at least.'),
    default: 20,
    column: { kind: 'number', text: 'least training rows of a leaf' },
    section: 'model',
    since: 'later',
    counts: OF_TREES,
  }),
  multi_output: knob({
    schema: z
      .boolean()
      .describe('Trees: one tree a round that all classes share, instead of one for each class.'),
    default: false,
    column: { kind: 'flag', text: 'whether all classes share the trees' },
    section: 'model',
    since: 'later',
    counts: OF_TREES,
  }),
  lambda_l2: knob({
    schema: z
      .number()
      .min(0)
      .max(1e6)
      .describe('Trees: what is added to the curvature of a leaf, so that small leaves change less.'),
    default: 1,
    column: { kind: 'number', text: 'L2 penalty of the leaves' },
    section: 'train',
    since: 'later',
    counts: OF_TREES,
  }),
  feature_share: knob({
    schema: z
      .number()
      .gt(0)
      .max(1)
      .describe('Trees: share of the features that each tree may split on, drawn anew.'),
    default: 1,
    column: { kind: 'number', text: 'share of the features for each tree' },
    section: 'train',
    since: 'later',
    counts: OF_TREES,
  }),
  row_share: knob({
    schema: z
      .number()
      .gt(0)
      .max(1)
      .describe('Trees: share of the training rows that the trees of each round are grown from, drawn anew.'),
    default: 0.8,
    column: { kind: 'number', text: 'share of the training rows for each round' },
    section: 'train',
    since: 'later',
    counts: OF_TREES,
  }),
  max_bins: knob({
    schema: z
      .int()
      .min(2)
      .max(256)
      .describe('Trees: values of a feature are told apart by so many bins at most.'),
    default: 255,
    column: { kind: 'number', text: 'most bins of a feature' },
    section: 'train',
    since: 'later',
    counts: OF_TREES,
  }),
};
