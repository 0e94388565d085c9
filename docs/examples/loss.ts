// The loss as plain arithmetic: for programs that have logits, and for tests of a loss in another framework.
import { focalLoss, focalLossGradient, type LogitBatch, resolveAlpha } from 'focalsweep/loss';

const batch: LogitBatch = { logits: [2, 0, -1, 0, 1, 3], targets: [0, 1], classes: 3 };
const alpha = resolveAlpha('balanced', { classNames: ['a', 'b', 'c'], trainSupport: [60, 30, 10] });
const loss: number = focalLoss(batch, { alpha: [1, 1, 1], gamma: 2 });
const gradient: Float64Array = focalLossGradient(batch, { alpha, gamma: 2 });
console.log(loss.toFixed(4), gradient.length);
