import { loadNativeEngine } from '../../src/engine/native/native-engine.js';
import { engineContract } from './engine-contract.js';

for (const set of ['avx512', 'avx2', 'sse2'])
  engineContract(`native/addon ${set}`, () => loadNativeEngine('addon', set));
engineContract('native/wasm', () => loadNativeEngine('wasm'));
