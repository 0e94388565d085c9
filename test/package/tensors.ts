// A program that trains with TensorFlow.js and the loss, compiled by scripts/try-package.mjs against the packed package.
import * as tf from '@tensorflow/tfjs-core';
import { FocalLoss } from 'focalsweep/tfjs';

const criterion = new FocalLoss({ alpha: 1, gamma: 2 });
const logits = tf.tensor2d([
  [2, 0, -1],
  [0, 1, 3],
]);
const targets = [0, 1];
export const value: number | undefined = criterion.compute(logits, targets).dataSync()[0];
export const gradient: tf.Tensor = tf.grad((z) => criterion.compute(z, targets))(logits);
export const scalar: tf.Scalar = criterion.compute(logits, tf.tensor1d(targets, 'int32'));

const weights = tf.variable(tf.zeros([3, 3]));
tf.train.sgd(0.1).minimize(() => criterion.compute(tf.matMul(logits, weights), targets));
// @ts-expect-error: a text is no tensor
criterion.compute('logits', targets);
