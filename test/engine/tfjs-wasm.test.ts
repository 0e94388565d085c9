import { loadTfjsEngine } from '../../src/engine/tfjs/tfjs-engine.js';
import { engineContract } from './engine-contract.js';

engineContract('tfjs/wasm', () => loadTfjsEngine('wasm'));
