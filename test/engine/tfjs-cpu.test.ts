import { loadBackend } from '../../src/engine/tfjs/backend.js';
import { loadTfjsEngine, tfjsEngine } from '../../src/engine/tfjs/tfjs-engine.js';
import { engineContract } from './engine-contract.js';

engineContract('tfjs/cpu', () => loadTfjsEngine('cpu'));
engineContract('tfjs/cpu, lanes sharing tensors', async () =>
  tfjsEngine({ ...(await loadBackend('cpu')), lanesTogether: true }),
);
