// `launch --add` as people call it: these tests run what `npm test` has built.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MAIN } from '../reliability/launched-sweep.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-add-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SPEC = `name: grown
parameters: {gamma: {values: [0, 2]}, alpha: {values: [1, balanced]}}
seeds: 2
data: {source: "builtin:malware21", rows: 600}
model: {hidden: [8]}
train: {epochs: 1}
`;

function focalsweep(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}
const launch = (...args: readonly string[]) => focalsweep('launch', 'grown.yaml', ...args);
const print = (...args: readonly string[]) => focalsweep('fingerprint', ...args).stdout;

describe('launch --add', () => {
  writeFileSync(join(folder, 'grown.yaml'), SPEC);
  writeFileSync(join(folder, 'edited.yaml'), SPEC.replace('[0, 2]', '[0, 2, 4, 5]'));

  it('trains the new configurations alone, and is then as if the file had been edited', () => {
    expect(launch().stderr).toContain('8 trained in');
    const { status, stderr } = launch('--add', 'gamma=4,5');
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('8 trained, 8 had results already');
    expect(focalsweep('launch', 'edited.yaml', '--db', 'edited.db').status).toBe(0);
    expect(print('grown')).toBe(print('grown', '--db', 'edited.db'));
    expect(readFileSync(join(folder, 'grown.yaml'), 'utf8')).toBe(SPEC);
  });

  it('is kept by later launches of the file and by resume, and said', () => {
    for (const args of [
      ['launch', 'grown.yaml'],
      ['resume', 'grown'],
      ['plan', 'grown.yaml'],
    ]) {
      const { stdout, stderr } = focalsweep(...args);
      expect(`${stdout}${stderr}`).toMatch(/16 runs, 0 to train/);
    }
    const plan = focalsweep('plan', 'grown.yaml', '--add', 'gamma=6');
    expect(plan.stderr).toContain(
      'note: with gamma=4,5, which was added to the sweep; --add none forgets it\n',
    );
    expect(plan.stdout).toContain('10 configurations × 2 seeds = 20 runs, 4 to train');
    // A plan adds nothing.
    expect(launch('--add', 'gamma=4,5').stderr).toContain('16 runs, 0 to train');
  });

  it('says so where the edited file leaves no place for what was added', () => {
    writeFileSync(
      join(folder, 'grown.yaml'),
      SPEC.replace('{values: [0, 2]}', '{min: 0, max: 5}').replace(
        'seeds',
        'method: sobol\ntrials: 4\nseeds',
      ),
    );
    const { stderr } = focalsweep('plan', 'grown.yaml');
    expect(stderr).toMatch(/note: without gamma=4,5, which was added to the sweep: gamma: with other values/);
    writeFileSync(join(folder, 'grown.yaml'), SPEC);
  });

  it('is forgotten on request; the results stay for the next time', () => {
    const { stderr } = launch('--add', 'none');
    expect(stderr).toContain('note: without gamma=4,5, which was added\n');
    expect(stderr).toContain('4 configurations, 8 runs, 0 to train');
    expect(launch().stderr).not.toContain('added');
    expect(launch('--add', 'gamma=5,4').stderr).toContain('16 runs, 0 to train');
  });

  it('is refused with place and fix', () => {
    const { status, stderr } = launch('--add', 'gama=4');
    expect(status).toBe(2);
    expect(stderr).toContain('error: --add gama=4: there is no knob "gama". Did you mean "gamma"?\n  fix: ');
  });
});
