import { loadEngine } from '../../src/engine/select-engine.js';
import { loadBackend } from '../../src/engine/tfjs/backend.js';
import { tfjsEngine } from '../../src/engine/tfjs/tfjs-engine.js';
import { engineContract } from './engine-contract.js';

engineContract('tfjs/cpu', () => loadEngine('tfjs/cpu'));
engineContract('tfjs/cpu, lanes sharing tensors', async () =>
  tfjsEngine({ ...(await loadBackend('cpu')), lanesTogether: true }),
);
