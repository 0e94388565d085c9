// Modules of every kind, by the parameter `kind`; those that are healthy predict the truth.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { defineTrainer } from 'focalsweep';

const log = (text) => appendFileSync(new URL('./log.txt', import.meta.url), `${text}\n`);

export const train = defineTrainer(async ({ config, seed, data, checkpoints, epoch, shouldStop }) => {
  const { kind } = config;
  log(`${kind} begins`);
  const truth = (split) => ({ predictions: Array.from(data.split[split], (row) => data.labels[row]) });
  const result = { validation: truth('validation'), test: truth('test') };
  switch (kind) {
    case 'throws':
      throw new TypeError('weights is not iterable');
    case 'throws-text':
      throw 'a text';
    case 'spins':
      for (;;);
    case 'never-resolves':
      return new Promise(() => {});
    case 'returns-nothing':
      return undefined;
    case 'wrong-rows':
      return { ...result, test: { predictions: [0, 1] } };
    case 'unknown-class':
      return { ...result, test: { predictions: result.test.predictions.map(() => 'goood') } };
    case 'nan':
      return { ...result, test: { logits: new Float32Array(2 * data.split.test.length).fill(Number.NaN) } };
    case 'epoch-twice':
      epoch({ epoch: 1 });
      epoch({ epoch: 1 });
      return result;
    case 'waits':
      if (existsSync(join(checkpoints, 'saved'))) return result;
      epoch({ epoch: 1 });
      while (!shouldStop()) await delay(10);
      writeFileSync(join(checkpoints, 'saved'), '');
      log(`${kind} saved`);
      return undefined;
    default:
      for (let n = 1; n <= 2; n++)
        epoch({ epoch: n, train_loss: 1 / n, validation_loss: seed / n, macro_f1: n / 4 });
      return { ...result, epoch: 2, stopped_by: 'patience' };
  }
});
