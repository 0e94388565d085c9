import { packageVersion } from '../../environment.js';
import { UserError } from '../../errors.js';
import { type ModelExporter, TFJS_FILES } from '../export.js';
import { classScores } from '../graph/decision.js';
import { ensembleProbabilities, rawColumns } from '../graph/ensemble.js';
import { float32Notes } from './float32-limits.js';
import { type TfjsWeight, tfjsGraph, tfjsPort } from './tfjs-graph.js';

/**
 * A graph model of TensorFlow.js, which `tf.loadGraphModel` opens: `model.json` and `weights.bin`. Its inputs are `numbers` [rows, columns],
 * float32 with NaN for a missing number, and `categories` [rows, columns], the place of each text in the vocabulary, −1 for a missing or unknown
 * one; its output is `probabilities` [rows, classes], and with a decision
 * also `label` [rows], int32, the place of the class. The names of columns and classes and the vocabularies are in `userDefinedMetadata`. Throws
 * UserError for trees.
 */
export const exportTfjs: ModelExporter = (model) => {
  const columns = rawColumns(model);
  const graph = tfjsGraph(columns);
  const probabilities = ensembleProbabilities(graph, model, () => {
    throw new UserError('TensorFlow.js has no boosted trees', {
      where: '--to tfjs',
      fix: 'Export --to onnx, which ONNX Runtime opens in browsers too.',
    });
  });
  const { classNames, decision } = model;
  const label = decision && graph.largest(classScores(graph, probabilities, model));
  const { numbers, categories } = columns;
  const topology = {
    format: 'graph-model',
    generatedBy: `focalsweep ${packageVersion()}`,
    convertedBy: null,
    signature: {
      inputs: {
        ...(numbers.length > 0 && { numbers: tfjsPort('numbers', 'float32', numbers.length) }),
        ...(categories.size > 0 && { categories: tfjsPort('categories', 'int32', categories.size) }),
      },
      outputs: {
        probabilities: tfjsPort(probabilities, 'float32', classNames.length),
        ...(label !== undefined && { label: tfjsPort(label, 'int32') }),
      },
    },
    userDefinedMetadata: {
      classNames,
      ...(decision !== undefined && { decision, structuredOutputKeys: ['probabilities', 'label'] }),
      numbers,
      categories: [...categories].map(([column, texts]) => ({ column, texts })),
    },
    modelTopology: { node: graph.nodes, library: {}, versions: { producer: 27 } },
    weightsManifest: [
      {
        paths: [TFJS_FILES[1]],
        weights: graph.weights.map(({ name, shape, dtype }) => ({ name, shape, dtype })),
      },
    ],
  };
  const [json, weights] = TFJS_FILES;
  return {
    files: [
      { name: json, bytes: Buffer.from(`${JSON.stringify(topology)}\n`) },
      { name: weights, bytes: Buffer.concat(graph.weights.map(littleEndian)) },
    ],
    notes: float32Notes(model),
  };
};

function littleEndian({ dtype, values }: TfjsWeight): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (dtype === 'float32') bytes.writeFloatLE(value, 4 * at);
    else bytes.writeInt32LE(value, 4 * at);
  }
  return bytes;
}
