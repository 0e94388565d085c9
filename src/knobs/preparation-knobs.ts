import { z } from 'zod';
import { encodingSchema } from './encoding-schema.js';
import { knob, OF_NETWORKS, OF_TREES } from './knob.js';

/**
 * Knobs that decide how a table becomes features.
 * @internal
 */
export const PREPARATION_KNOBS = {
  normalize: knob({
    schema: z
      .enum(['zscore', 'robust', 'quantile', 'log1p', 'none'])
      .describe(
        'How numbers are scaled, fitted on training rows only: `zscore`; `robust`, by median and interquartile range; `quantile`, ranks as standard normal scores; `log1p`, the logarithm of 1 + x where a column has a long tail and nothing negative, then `zscore`; or `none`.',
      ),
    default: 'zscore',
    column: {
      kind: 'text',
      text: 'how numbers are scaled: `zscore`, `robust`, `quantile`, `log1p` or `none`',
    },
    section: 'data',
    since: 'later',
    counts: OF_NETWORKS,
  }),
  encode_numbers: knob({
    schema: encodingSchema,
    default: 'none',
    column: {
      kind: 'text',
      text: 'how a number becomes several features: `none`, or the JSON text of `{piecewise_linear: 16}`',
    },
    section: 'data',
    since: 'later',
    counts: OF_NETWORKS,
  }),
  encode_categories: knob({
    schema: z
      .enum(['native', 'one_hot'])
      .describe(
        'Trees: `native`, splits by sets of categories; or `one_hot`, a feature for each category, as networks have them.',
      ),
    default: 'native',
    column: { kind: 'text', text: 'how trees see categories: `native` or `one_hot`' },
    section: 'data',
    since: 'later',
    counts: OF_TREES,
  }),
};
