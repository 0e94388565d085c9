// The loss as plain arithmetic in float64, for programs and tests of any kind: it loads nothing but itself.

export { type AlphaContext, resolveAlpha } from './loss/alpha.js';
export { evaluateLogits, type RowsEvaluation } from './loss/evaluation.js';
export {
  type FocalParameters,
  focalLoss,
  focalLossGradient,
  type LogitBatch,
  type Reduction,
} from './loss/focal-loss.js';
