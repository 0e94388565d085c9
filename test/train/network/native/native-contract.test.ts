import { describe, it } from 'vitest';
import { loadAddonKernels } from '../../../../src/train/network/native/addon.js';
import { loadNativeEngine, probeNative } from '../../../../src/train/network/native/native-engine.js';
import { engineTests } from '../engine-tests.js';

const [addon] = await probeNative();
if (addon?.available) {
  for (const { instructionSet } of loadAddonKernels()) {
    engineTests(`native/addon ${instructionSet}`, () => loadNativeEngine('addon', instructionSet));
  }
} else {
  describe.skip(`native/addon (skipped: ${addon?.reason})`, () => it('is built'));
}
engineTests('native/wasm', () => loadNativeEngine('wasm'));
