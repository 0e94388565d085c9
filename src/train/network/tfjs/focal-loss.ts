import type * as Tensorflow from '@tensorflow/tfjs-core';
import { UserError } from '../../../errors.js';
import type { Reduction } from '../../../loss/focal-loss.js';
import { requireClasses, requireReduction, requireWeights } from '../../../loss/loss-arguments.js';
import { counted } from '../../../wording/counted.js';
import { focalRows } from './focal-rows.js';
import { tensorflow } from './tensorflow.js';

export interface FocalLossOptions {
  /** One weight for all classes, or one per class; 1 by default. */
  readonly alpha?: number | readonly number[] | Float32Array;
  /** The focusing exponent γ ≥ 0; 2 by default. */
  readonly gamma?: number;
  /** `mean` (the default) divides by the number of rows. */
  readonly reduction?: Reduction;
}

/**
 * The part of a TensorFlow.js tensor that the loss uses. The types of that package are not named here: it is optional, and its
 * declarations do not compile without `skipLibCheck`.
 */
export interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  clone(): TensorLike;
}

/**
 * Focal loss FL = −α_t · (1 − p_t)^γ · log p_t for TensorFlow.js: a drop-in for cross-entropy on logits and integer targets,
 * on any backend. Works in log space with a closed-form gradient, so it is finite for all finite logits, and γ = 0 with
 * α = 1 is cross-entropy. Lin et al. 2017, "Focal Loss for Dense Object Detection", https://arxiv.org/abs/1708.02002.
 *
 * TensorFlow.js is an optional package: `npm install @tensorflow/tfjs-core`, and a backend. Gradients of other operations, such
 * as the model's, come with the package `@tensorflow/tfjs`.
 *
 *     const criterion = new FocalLoss({ alpha: 1, gamma: 2 });
 *     optimizer.minimize(() => criterion.compute(tf.matMul(x, weights), targets));
 */
export class FocalLoss {
  readonly alpha: number | readonly number[] | Float32Array;
  readonly gamma: number;
  readonly reduction: Reduction;

  /** Throws UserError if γ or a weight is negative or not finite, and for an unknown reduction. */
  constructor({ alpha = 1, gamma = 2, reduction = 'mean' }: FocalLossOptions = {}) {
    requireWeights([gamma], 'gamma of FocalLoss');
    const isList = Array.isArray(alpha) || ArrayBuffer.isView(alpha);
    requireWeights(isList ? alpha : [alpha], 'alpha of FocalLoss');
    requireReduction(reduction);
    this.alpha = alpha;
    this.gamma = gamma;
    this.reduction = reduction;
  }

  /**
   * The loss of `logits` [rows, classes] for integer `targets` [rows]: [rows] when the reduction is `none`, else a scalar.
   * Differentiable by the logits. As with TensorFlow.js's own operations, the caller's types decide the type of the tensor. Throws
   * UserError if shapes or targets do not fit, and (exit 3) if TensorFlow.js is not installed. The values of targets that are a tensor
   * are not looked at: reading them would wait for the device.
   */
  compute<Logits extends TensorLike, Loss extends TensorLike = ReturnType<Logits['clone']>>(
    logits: Logits,
    targets: TensorLike | ArrayLike<number>,
  ): Loss {
    const tf = tensorflow();
    if (!(logits instanceof tf.Tensor && logits.rank === 2)) {
      const shape = (logits as TensorLike | null | undefined)?.shape;
      throw new UserError(shape === undefined ? 'logits are no tensor' : `logits have shape [${shape}]`, {
        fix: 'Give a tensor [rows, classes].',
      });
    }
    const classes = logits.shape[1] ?? 0;
    if (classes < 2) throw new UserError('logits are of one class', { fix: 'Give those of two or more.' });
    if (!(targets instanceof tf.Tensor)) requireClasses(indicesOf(targets), classes, 'targets');
    // The caller chooses the type Loss, like the type of a result of tf.sum.
    return this.ofRows(tf, logits as Tensorflow.Tensor2D, targets) as Tensorflow.Tensor & Loss;
  }

  private ofRows(
    tf: typeof Tensorflow,
    logits: Tensorflow.Tensor2D,
    targets: TensorLike | ArrayLike<number>,
  ): Tensorflow.Tensor {
    const [rows, classes] = logits.shape;
    return tf.tidy(() => {
      const classOfRow =
        targets instanceof tf.Tensor
          ? tf.cast(targets, 'int32')
          : tf.tensor1d(Int32Array.from(indicesOf(targets)), 'int32');
      this.checkShapes(classOfRow, rows, classes);
      const weights =
        typeof this.alpha === 'number' ? tf.fill([classes], this.alpha) : tf.tensor1d([...this.alpha]);
      const scale = this.reduction === 'mean' ? 1 / rows : 1;
      const loss = tf.customGrad((z, save) => {
        const { loss, gradient } = focalRows(z as Tensorflow.Tensor, {
          oneHot: tf.cast(tf.oneHot(classOfRow, classes), 'float32'),
          alpha: tf.expandDims(tf.gather(weights, classOfRow), -1),
          gamma: this.gamma,
        });
        (save as Tensorflow.GradSaveFunc)([gradient]);
        const ofRows = tf.squeeze(loss, [1]);
        return {
          value: this.reduction === 'none' ? ofRows : tf.mul(tf.sum(ofRows), scale),
          gradFunc: (upstream: Tensorflow.Tensor, saved: Tensorflow.Tensor[]) => {
            const outer = this.reduction === 'none' ? tf.expandDims(upstream, -1) : upstream;
            return tf.mul(saved[0] as Tensorflow.Tensor, tf.mul(outer, scale));
          },
        };
      });
      return loss(logits);
    });
  }

  private checkShapes(targets: Tensorflow.Tensor, rows: number, classes: number): void {
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

/** The targets of a caller who may not use the types. */
function indicesOf(targets: unknown): ArrayLike<number> {
  const length = (targets as { readonly length?: unknown } | null | undefined)?.length;
  if (typeof targets === 'object' && typeof length === 'number') return targets as ArrayLike<number>;
  throw new UserError('targets are no list', { fix: 'Give one class index per row.' });
}
