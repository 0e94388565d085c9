import { packageVersion } from '../../environment.js';
import type { Model } from '../../model/model.js';
import type { ModelExporter } from '../export.js';
import { classScores } from '../graph/decision.js';
import { ensembleProbabilities, rawColumns } from '../graph/ensemble.js';
import { encodeOnnx, type OnnxPort } from './messages.js';
import { onnxGraph, unusedName } from './onnx-graph.js';
import { treeEnsembleLogits } from './tree-ensemble.js';

/** The first with LayerNormalization. */
const OPSET = 17;
/** The first with a LabelEncoder from texts to integers. */
const ML_OPSET = 2;
/** That of the first release of ONNX with this opset. */
const IR_VERSION = 8;

/**
 * An ONNX model with its preparation inside. Inputs: a column each, [rows, 1], float64 with NaN for a missing number, or strings with "" for a
 * missing text. Outputs: `label` [rows], the class name, and `probabilities` [rows, classes].
 */
export const exportOnnx: ModelExporter = (model) => {
  const { numbers, categories } = rawColumns(model);
  const columns = [...numbers, ...categories.keys()];
  const names = new Set(columns);
  const graph = onnxGraph(columns);
  const sum = ensembleProbabilities(graph, model, (features, predictor, { preparation }) =>
    treeEnsembleLogits(graph, features, { predictor, preparation }),
  );
  const probabilities = graph.add({
    operator: 'Identity',
    inputs: [sum],
    output: unusedName(names, 'probabilities'),
  });
  const best = graph.largest(classScores(graph, probabilities, model));
  const label = graph.add({
    operator: 'Gather',
    inputs: [graph.texts(model.classNames), best],
    output: unusedName(names, 'label'),
  });
  const inputs: readonly OnnxPort[] = [
    ...numbers.map((name): OnnxPort => ({ name, type: 'double', shape: [-1, 1] })),
    ...[...categories.keys()].map((name): OnnxPort => ({ name, type: 'string', shape: [-1, 1] })),
  ];
  const bytes = encodeOnnx({
    irVersion: IR_VERSION,
    opsets: { '': OPSET, 'ai.onnx.ml': ML_OPSET },
    producerVersion: packageVersion(),
    description: 'A classifier that focalsweep trained. Its inputs are raw columns: preparation is inside.',
    metadata: describedModel(model),
    nodes: graph.nodes,
    constants: graph.constants,
    inputs,
    outputs: [
      { name: label, type: 'string', shape: [-1] },
      { name: probabilities, type: 'float', shape: [-1, model.classNames.length] },
    ],
  });
  return { files: [{ name: 'model.onnx', bytes }], notes: [] };
};

/** What a program may want to know of a model, as texts. */
function describedModel(model: Model): Readonly<Record<string, string>> {
  return {
    class_names: JSON.stringify(model.classNames),
    categories: JSON.stringify(Object.fromEntries(rawColumns(model).categories)),
    ...(model.decision !== undefined && { decision: JSON.stringify(model.decision) }),
    runs: JSON.stringify(
      model.members.map(({ runId, seed, trainerId, config }) => ({ runId, seed, trainerId, config })),
    ),
  };
}
