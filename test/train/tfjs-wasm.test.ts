import { loadEngine } from '../../src/train/network/select-engine.js';
import { engineContract } from './engine-contract.js';

engineContract('tfjs/wasm', () => loadEngine('tfjs/wasm'));
