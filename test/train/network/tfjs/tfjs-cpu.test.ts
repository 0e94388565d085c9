import { loadEngine } from '../../../../src/train/network/select-engine.js';
import { loadBackend } from '../../../../src/train/network/tfjs/backend.js';
import { tfjsEngine } from '../../../../src/train/network/tfjs/tfjs-engine.js';
import { engineTests } from '../engine-tests.js';

engineTests('tfjs/cpu', () => loadEngine('tfjs/cpu'));
engineTests('tfjs/cpu, lanes sharing tensors', async () =>
  tfjsEngine({ ...(await loadBackend('cpu')), lanesTogether: true }),
);
