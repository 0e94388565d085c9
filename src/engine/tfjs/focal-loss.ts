import * as tf from '@tensorflow/tfjs-core';
import { counted } from '../../counted.js';
import { UserError } from '../../errors.js';
import type { Reduction } from '../../loss/focal-loss.js';
import { focalRows } from './focal-rows.js';

export interface FocalLossOptions {
  /** One weight for all classes, or one per class; 1 by default. */
  readonly alpha?: number | readonly number[] | Float32Array;
  /** The focusing exponent γ ≥ 0; 2 by default. */
  readonly gamma?: number;
  /** `mean` (the default) divides by the number of rows. */
  readonly reduction?: Reduction;
}

/**
 * Focal loss FL = −α_t · (1 − p_t)^γ · log p_t for TensorFlow.js: a drop-in for cross-entropy on logits and integer targets,
 * on any backend. Works in log space with a closed-form gradient, so it is finite for all finite logits, and γ = 0 with
 * α = 1 is cross-entropy. Lin et al. 2017, "Focal Loss for Dense Object Detection", https://arxiv.org/abs/1708.02002.
 *
 * Gradients of other operations, such as the model's, come with the package `@tensorflow/tfjs`.
 *
 *     const criterion = new FocalLoss({ alpha: 1, gamma: 2 });
 *     optimizer.minimize(() => criterion.compute(model.predict(x), targets));
 */
export class FocalLoss {
  readonly alpha: number | readonly number[] | Float32Array;
  readonly gamma: number;
  readonly reduction: Reduction;

  /** Throws UserError when γ or a weight is negative or not finite. */
  constructor({ alpha = 1, gamma = 2, reduction = 'mean' }: FocalLossOptions = {}) {
    const weights = typeof alpha === 'number' ? [alpha] : [...alpha];
    for (const [name, value] of [['gamma', gamma], ...weights.map((weight) => ['alpha', weight])] as const) {
      if (!(Number(value) >= 0 && Number(value) < Infinity)) {
        throw new UserError(`${name} of FocalLoss is ${value}`, {
          fix: 'It is a finite number of 0 or more.',
        });
      }
    }
    this.alpha = alpha;
    this.gamma = gamma;
    this.reduction = reduction;
  }

  /**
   * The loss of `logits` [rows, classes] for integer `targets` [rows]: [rows] when the reduction is `none`, else a scalar.
   * Differentiable by the logits. Throws UserError when shapes do not fit.
   */
  compute(logits: tf.Tensor2D, targets: tf.Tensor1D | ArrayLike<number>): tf.Tensor {
    const [rows, classes] = logits.shape;
    return tf.tidy(() => {
      const classOfRow =
        targets instanceof tf.Tensor
          ? tf.cast(targets, 'int32')
          : tf.tensor1d(Int32Array.from(targets), 'int32');
      this.checkShapes(classOfRow, rows, classes);
      const weights =
        typeof this.alpha === 'number' ? tf.fill([classes], this.alpha) : tf.tensor1d([...this.alpha]);
      const scale = this.reduction === 'mean' ? 1 / rows : 1;
      const loss = tf.customGrad((z, save) => {
        const { loss, gradient } = focalRows(z as tf.Tensor, {
          oneHot: tf.cast(tf.oneHot(classOfRow, classes), 'float32'),
          alpha: tf.expandDims(tf.gather(weights, classOfRow), -1),
          gamma: this.gamma,
        });
        (save as tf.GradSaveFunc)([gradient]);
        const ofRows = tf.squeeze(loss, [1]);
        return {
          value: this.reduction === 'none' ? ofRows : tf.mul(tf.sum(ofRows), scale),
          gradFunc: (upstream: tf.Tensor, saved: tf.Tensor[]) => {
            const outer = this.reduction === 'none' ? tf.expandDims(upstream, -1) : upstream;
            return tf.mul(saved[0] as tf.Tensor, tf.mul(outer, scale));
          },
        };
      });
      return loss(logits);
    });
  }

  private checkShapes(targets: tf.Tensor, rows: number, classes: number): void {
    if (targets.rank !== 1 || targets.size !== rows) {
      throw new UserError(`targets have shape [${targets.shape}] for logits [${rows}, ${classes}]`, {
        fix: 'Give one class index per row.',
      });
    }
    if (typeof this.alpha !== 'number' && this.alpha.length !== classes) {
      throw new UserError(
        `alpha has ${counted(this.alpha.length, 'weight')} for ${counted(classes, 'class', 'classes')}`,
        {
          fix: 'Give one weight per class, or one number.',
        },
      );
    }
  }
}
