// The native engine, but for runs whose γ asks for a fault; see FAULTS.
import { loadNativeEngine as load } from '../../dist/train/network/native/native-engine.js';

export { probeNative } from '../../dist/train/network/native/native-engine.js';

/** γ → what happens when training comes to its second chunk. */
export const FAULTS = {
  11: 'throws',
  12: 'aborts the process',
  13: 'crashes the process (segmentation fault)',
  14: 'loops for ever',
  15: 'eats all memory of its thread',
  16: 'ends its thread',
  17: 'gives NaN',
  18: 'eats memory until the system ends the process',
};

function misbehave(gamma) {
  if (gamma === 11) throw new Error('the test engine throws');
  if (gamma === 12) process.kill(process.pid, 'SIGABRT');
  if (gamma === 13) process.kill(process.pid, 'SIGSEGV');
  if (gamma === 14) for (;;);
  if (gamma === 15) for (const eaten = []; ; ) eaten.push(new Array(1e6).fill(eaten.length));
  if (gamma === 16) process.exit(9);
  if (gamma === 18) for (const eaten = []; ; ) eaten.push(Buffer.alloc(2 ** 24, 1));
  // A signal takes a moment to end the process.
  if (gamma === 12 || gamma === 13) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10_000);
}

export async function loadNativeEngine(build, instructionSet) {
  const engine = await load(build, instructionSet);
  return {
    ...engine,
    async start(dataset, shape, lanes, initial) {
      const program = await engine.start(dataset, shape, lanes, initial);
      let chunks = 0;
      return {
        ...program,
        async train(batches, first, count) {
          const sums = await program.train(batches, first, count);
          if (++chunks === 2) for (const { gamma } of lanes) misbehave(gamma);
          if (lanes.some(({ gamma }) => gamma === 17)) for (const { losses } of sums) losses.fill(Number.NaN);
          return sums;
        },
      };
    },
  };
}
