import assert from 'node:assert/strict';
import type { Engine, LaneSettings } from '../train/network/engine.js';
import { stateLength } from '../train/network/layers.js';
import type { Check } from './check.js';
import { arithmeticChecks } from './engine-arithmetic.js';
import { closing, EngineProgram, LANE, LANES, RESIDUAL, startWeights } from './engine-program.js';

/** The requirements of every network engine: the arithmetic of a float64 reference, and bits that depend on nothing else. */
export function engineChecks(load: () => Promise<Engine>): readonly Check[] {
  const under = new EngineProgram(load);
  return [
    { name: 'says what decides its bits', check: () => saysItsBits(under) },
    ...arithmeticChecks(under),
    ...bitChecks(under),
    ...bitChecks(new EngineProgram(load, RESIDUAL)).map(({ name, check }) => ({
      name: `${name} (residual)`,
      check,
    })),
  ];
}

function bitChecks(under: EngineProgram): readonly Check[] {
  const check = (name: string, held: (under: EngineProgram) => Promise<void>): Check => ({
    name,
    check: () => held(under),
  });
  return [
    check('gives the same bits again, and other bits for another seed', repeats),
    check('gives the bits that it gives without offsets, margins and ε where they are 0', ignoresZeros),
    check('gives a lane the same bits whatever trains beside it', isAlone),
    check('gives the same bits, and the same losses, wherever calls part', isWhole),
    check('lets lanes leave without touching those that stay', letsLeave),
    ...(['adam', 'adamw', 'sgd'] as const).map((optimizer) =>
      check(`goes on from a saved state of ${optimizer} with the same bits`, (of) => goesOn(of, optimizer)),
    ),
    check('takes weights back without forgetting what the optimiser remembers', takesWeights),
  ];
}

async function saysItsBits(under: EngineProgram): Promise<void> {
  const { id, defaultLanes } = await under.loaded();
  assert.match(id, /^[a-z]+\/[a-z0-9-]+@\d+$/);
  assert.ok(defaultLanes >= 1);
}

async function repeats(under: EngineProgram): Promise<void> {
  const first = await under.stateAfter([LANE]);
  assert.deepEqual(await under.stateAfter([LANE]), first);
  assert.notDeepEqual(await under.stateAfter([{ ...LANE, seed: 9 }]), first);
}

async function ignoresZeros(under: EngineProgram): Promise<void> {
  const zeros = new Float32Array(5);
  const plain = await under.stateAfter([LANE]);
  for (const none of [{ offsets: zeros }, { margins: zeros }, { polyEpsilon: 0 }]) {
    assert.deepEqual(await under.stateAfter([{ ...LANE, ...none }]), plain);
  }
}

async function isAlone(under: EngineProgram): Promise<void> {
  const together = await under.stateAfter(LANES);
  for (const [lane, settings] of LANES.entries()) {
    assert.deepEqual(await under.stateAfter([settings]), [together[lane]]);
  }
  assert.deepEqual(await under.stateAfter([...LANES].reverse()), [...together].reverse());
}

async function isWhole(under: EngineProgram): Promise<void> {
  assert.deepEqual(await under.stateAfter(LANES, 1), await under.stateAfter(LANES));
  const whole = await under.start(LANES);
  const parted = await under.start(LANES);
  const batches = under.batches(LANES, 1);
  assert.deepEqual(await under.trainEpoch(parted, batches, 2), await under.trainEpoch(whole, batches));
  whole.dispose();
  parted.dispose();
}

async function letsLeave(under: EngineProgram): Promise<void> {
  const [, second, , fourth] = LANES;
  const program = await under.start(LANES);
  await under.trainEpoch(program, under.batches(LANES, 1));
  await program.keep([1, 3]);
  await under.trainEpoch(program, under.batches([second, fourth], 2));
  const logits = await program.predict(1, under.dataset.split.train);
  assert.deepEqual(await closing(program, 2), await under.stateAfter([second, fourth]));

  const alone = await under.start([fourth]);
  for (const epoch of [1, 2]) await under.trainEpoch(alone, under.batches([fourth], epoch));
  assert.deepEqual(await alone.predict(0, under.dataset.split.train), logits);
  alone.dispose();
}

async function goesOn(under: EngineProgram, optimizer: 'adam' | 'adamw' | 'sgd'): Promise<void> {
  const shape = { ...under.shape, optimizer };
  const settings = LANES.map((lane) => ({ ...lane, momentum: 0.9 }));
  const through = await under.start(settings, shape);
  await under.trainEpoch(through, under.batches(settings, 1));
  const saved = [await through.state(0), await through.state(2)];
  assert.equal(saved[0]?.length, stateLength(shape, optimizer));
  await under.trainEpoch(through, under.batches(settings, 2));

  const two = [settings[0], settings[2]] as LaneSettings[];
  const resumed = await under.start(two, shape);
  for (const [lane, state] of saved.entries()) await resumed.setState(lane, state);
  await under.trainEpoch(resumed, under.batches(two, 2));
  const [first, , third] = await closing(through, 4);
  assert.deepEqual(await closing(resumed, 2), [first, third]);
}

async function takesWeights(under: EngineProgram): Promise<void> {
  const program = await under.start(LANES);
  await under.trainEpoch(program, under.batches(LANES, 1));
  const before = await program.state(1);
  const neighbour = await program.state(2);
  const weights = startWeights(under.shape, 99);
  await program.setWeights(1, weights);
  assert.deepEqual(await program.weights(1), weights);
  const after = await program.state(1);
  assert.deepEqual(after.subarray(weights.length), before.subarray(weights.length));
  assert.deepEqual(after.subarray(0, weights.length), weights);
  assert.deepEqual(await program.state(2), neighbour);
  program.dispose();
}
