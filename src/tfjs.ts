// The loss for TensorFlow.js; that package is loaded when a loss is first computed.

export { FocalLoss, type FocalLossOptions, type TensorLike } from './train/network/tfjs/focal-loss.js';
