// The program learner.mjs as a module.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputs, scoreOf } from './learning.mjs';

export async function train({ config, data, checkpoints, epoch: tell, shouldStop }) {
  const file = join(checkpoints, 'epoch.txt');
  const from = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  for (let epoch = 1; epoch <= config.epochs; epoch++) {
    if (epoch > from) appendFileSync('epochs.txt', '.');
    tell({ epoch, macro_f1: scoreOf(config, epoch) });
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (epoch < from || !shouldStop()) continue;
    writeFileSync(file, `${epoch}`);
    return undefined;
  }
  return outputs(config, (split) => Array.from(data.split[split], (row) => data.labels[row]));
}
