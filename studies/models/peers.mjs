// Runs other people's programs on the rows of a table; what is there already is read.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArray } from './arrays.mjs';

const program = fileURLToPath(new URL('peers.py', import.meta.url));

/** The programs, by the names that peers.py knows. */
export const PEERS = {
  'lightgbm-equal': 'LightGBM, equal settings',
  'lightgbm-balanced': 'LightGBM, balanced',
  'lightgbm-tuned': 'LightGBM, Optuna 20',
  'histogram-boosting': 'HistGradientBoosting',
  'random-forest': 'RandomForest',
  'scikit-mlp': 'scikit-learn MLP',
};

/** Probabilities of the test rows for each seed, and CPU seconds. */
export function runPeer(name, { python, folder }) {
  const file = join(folder, `${name}.json`);
  if (!existsSync(file)) {
    const { status, stderr, error } = spawnSync(python, [program, folder, name], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${name}: ${error?.message ?? stderr}`);
  }
  const { seeds, cpu_seconds: cpuSeconds, ...notes } = JSON.parse(readFileSync(file, 'utf8'));
  const outputs = seeds.map((seed) => ({ probabilities: readArray(join(folder, `${name}-${seed}.npy`)) }));
  return { outputs, cpuSeconds, notes };
}
