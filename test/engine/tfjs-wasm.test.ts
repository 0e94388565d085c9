import { loadEngine } from '../../src/engine/select-engine.js';
import { engineContract } from './engine-contract.js';

engineContract('tfjs/wasm', () => loadEngine('tfjs/wasm'));
