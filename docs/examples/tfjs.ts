// The loss in a program that trains with TensorFlow.js, in the place of cross-entropy.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { FocalLoss } from 'focalsweep/tfjs';

const criterion = new FocalLoss({ alpha: 1, gamma: 2 }); // γ = 0 and α = 1: cross-entropy
const logits = tf.tensor2d([
  [2, 0, -1],
  [0, 1, 3],
]);
const targets = [0, 1];
const loss: number | undefined = criterion.compute(logits, targets).dataSync()[0];
const gradient: tf.Tensor = tf.grad((z) => criterion.compute(z, targets))(logits);
console.log(loss?.toFixed(4), gradient.shape);
