import { loadEngine } from '../../../../src/train/network/select-engine.js';
import { engineTests } from '../engine-tests.js';

engineTests('tfjs/wasm', () => loadEngine('tfjs/wasm'));
