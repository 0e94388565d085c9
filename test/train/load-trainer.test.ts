import { expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { ENGINE_NAMES } from '../../src/spec/sweep-spec.js';
import { loadTrainer, probeTrainers } from '../../src/train/load-trainer.js';
import { rejection } from '../thrown.js';

it('loads every trainer that it says is there, and says of the others why not', async () => {
  const trainers = await probeTrainers();
  expect(trainers.map(({ name }) => name).sort()).toEqual(
    [...ENGINE_NAMES.filter((name) => name.includes('/')), 'trees'].sort(),
  );
  for (const { name, available, reason } of trainers) {
    const loaded = await loadTrainer(name).then(
      ({ id }) => id,
      (error: UserError) => `${error.name}, exit ${error.exitCode}`,
    );
    // The addon's baseline gives the bits, and so has the id, of its WebAssembly build.
    const id = name === 'native/addon' ? /^native\// : new RegExp(`^${name}@`);
    expect(loaded).toMatch(available ? id : /^UserError, exit 3$/);
    expect(available || reason !== '').toBe(true);
  }
});

it('finds an engine for every name of a spec that does not ask for one build', async () => {
  for (const name of ENGINE_NAMES.filter((each) => !each.includes('/'))) {
    expect((await loadTrainer(name)).id).toContain(name === 'auto' ? '@' : `${name}/`);
  }
});

it('refuses an unknown engine with a suggestion', async () => {
  await expect(loadTrainer('tfjs/wasn')).rejects.toThrow(UserError);
  await expect(loadTrainer('tfjs/wasn')).rejects.toThrow(/Did you mean "tfjs\/wasm"/);
});

it('loads no program of a spec before its files were looked at, and says who does', async () => {
  const [space] = parseSpec('name: a\ntrain: {command: [sh, train.sh]}').spaces;
  const refused = await rejection(() => loadTrainer(space?.trainer ?? 'auto'));
  expect(refused).toBeInstanceOf(UserError);
  expect(refused).toMatchObject({ fix: 'Let `prepareSweep` load the trainers of the spec.' });
});
