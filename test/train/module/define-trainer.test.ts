import { expect, it } from 'vitest';
import { defineTrainer, type ModuleTrain } from '../../../src/train/module/define-trainer.js';

it('gives back a function, which knows the types of its run', () => {
  const own = defineTrainer<{ readonly gamma: number }>(({ config, data, epoch, shouldStop }) => {
    if (data === null || shouldStop()) return undefined;
    epoch({ epoch: 1, train_loss: config.gamma, macro_f1: null });
    const logits = new Float32Array(data.split.validation.length * data.classNames.length);
    return { validation: { logits, loss: 0.5 }, test: { predictions: ['a', 1, true], mcc: 0 } };
  });
  const plain: ModuleTrain = async () => ({
    validation: { macro_f1: 0.5 },
    test: { labels: [1], probabilities: [[0.5, 0.5]] },
  });
  // @ts-expect-error: an answer has both splits
  const half: ModuleTrain = () => ({ validation: { predictions: 'p.npy' } });
  expect(defineTrainer(half)).toBe(half);
  expect(defineTrainer(plain)).toBe(plain);
  expect(own).toBeTypeOf('function');
});
