// The loss for TensorFlow.js, which is loaded when a loss is computed.

export { FocalLoss, type FocalLossOptions, type TensorLike } from './train/network/tfjs/focal-loss.js';
