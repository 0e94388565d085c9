// The example programs under sweeps/own, launched; needs compiled code. What a machine has no library for is skipped.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { alone, HAS_NUMPY, HAS_PYTHON, HAS_TORCH, PYTHON } from './python-run.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasBash = spawnSync('bash', ['-c', 'awk 1 /dev/null && od /dev/null']).status === 0;
const hasScikitLearn = HAS_NUMPY && spawnSync(PYTHON, ['-c', 'import sklearn']).status === 0;
/** The specs say python3, so another one of $PYTHON cannot be taken. */
const isPython3 = PYTHON === 'python3';

function focalsweep(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const main = join(root, 'dist/bundle/main.js');
  return spawnSync(process.execPath, [main, ...args, '--db', join(folder, 'results.db')], {
    cwd: root,
    encoding: 'utf8',
  });
}

describe('an example launches, and reports', () => {
  const examples = [
    { name: 'own-bash', can: hasBash, configurations: 3, found: /the baseline \(columns=64\) ranks first/ },
    { name: 'own-module', can: true, configurations: 8, found: /Class weights \(α other than 1\)/ },
    {
      name: 'own-wandb',
      can: HAS_PYTHON && isPython3,
      configurations: 8,
      found: /the labels of 400 validation rows/,
    },
    {
      name: 'own-scikit-learn',
      can: hasScikitLearn && isPython3,
      configurations: 4,
      found: /estimator=boosting/,
    },
  ];
  for (const { name, can, configurations, found } of examples) {
    it.skipIf(!can)(`${name}${can ? '' : ' (skipped: its language or library is missing)'}`, () => {
      const { status, stdout, stderr } = focalsweep('launch', `sweeps/${name}.yaml`);
      expect([status, stderr]).toEqual([0, expect.stringContaining('trained in')]);
      expect(stdout).toContain(`${name}: ${3 * configurations} of ${3 * configurations} runs finished`);
      expect(stdout).toMatch(found);
    });
  }
});

describe('an example in Python runs alone', () => {
  const scores = /\nvalidation {2}\d+ predictions {2}accuracy 0\.\d{4} {2}macro_f1 0\.\d{4}\ntest {2}\d+ /;
  const runsAlone = (script: string) =>
    spawnSync(PYTHON, [join(root, 'sweeps/own', script)], { env: alone(), encoding: 'utf8' });

  it.skipIf(!HAS_PYTHON)(`train_wandb.py (skipped without ${PYTHON})`, () => {
    expect(runsAlone('train_wandb.py').stdout).toMatch(scores);
  });

  it.skipIf(!HAS_TORCH)('train_pytorch.py (skipped without PyTorch)', () => {
    expect(runsAlone('train_pytorch.py').stdout).toMatch(scores);
  });

  it.skipIf(!hasScikitLearn)('train_sklearn.py (skipped without scikit-learn)', () => {
    expect(`\n${runsAlone('train_sklearn.py').stdout}`).toMatch(scores);
  });
});
