import { EXIT, UserError } from '../../errors.js';
import type { Layer, ModelMember, NetworkPredictor } from '../../model/model.js';
import type { Block, OpenedMember } from '../prediction/prediction.js';
import { type Engine, programShape } from './engine.js';
import { networkLayers } from './layers.js';
import { loadEngine } from './select-engine.js';
import { joinedWeights } from './training/network-model.js';

/** Loads a network into the engine that trained it, or one that is here. */
export async function openNetwork(
  predictor: NetworkPredictor,
  { trainerId, config, seed }: Omit<ModelMember, 'predictor'>,
  block: Block,
): Promise<OpenedMember> {
  const shape = { ...programShape(config, block), activation: predictor.activation };
  if (textOf(networkLayers(shape)) !== textOf(predictor.layers)) {
    throw new UserError('the layers of the model are not those that its configuration says', {
      fix: 'Export the model again.',
    });
  }
  const engine = await engineFor(trainerId);
  const alpha = new Float32Array(block.classNames.length).fill(1);
  const plain = { alpha, gamma: 0, learningRate: 0, momentum: 0, weightDecay: 0, dropout: 0, seed };
  const program = await engine.start(block, shape, [plain], [joinedWeights(predictor)]);
  const all = Int32Array.from({ length: block.rowCount }, (_, row) => row);
  return {
    engineId: engine.id,
    logits: (rows) => program.predict(0, all.subarray(0, rows)),
    evaluate: (rows) => program.evaluate(0, all.subarray(0, rows)),
    close: () => program.dispose(),
  };
}

function textOf(layers: readonly Layer[]): string {
  return JSON.stringify(layers.map(({ inputs, outputs, input, sums }) => [inputs, outputs, input, sums]));
}

/** The engine of that id, or WebAssembly, which is everywhere. */
async function engineFor(id: string): Promise<Engine> {
  try {
    const engine = await loadEngine(id.split('@')[0] ?? id);
    if (engine.id === id) return engine;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.exitCode !== EXIT.backendMissing && error.where !== 'engine') throw error;
  }
  return loadEngine('native/wasm');
}
