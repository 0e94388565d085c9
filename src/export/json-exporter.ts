import { packageVersion } from '../environment.js';
import type { ModelTree, Predictor, WeightedLayer } from '../model/model.js';
import type { ModelExporter } from './export.js';

/** All of a model as JSON: every number as it is, an infinite threshold as the text "Infinity", weights by input and then by output. */
export const exportJson: ModelExporter = ({ members, ...model }) => {
  const described = {
    format: 'focalsweep model',
    version: 1,
    focalsweep: packageVersion(),
    ...model,
    members: members.map(({ preparation, predictor, ...member }) => ({
      ...member,
      columns: preparation.columns,
      predictor: plainPredictor(predictor),
    })),
  };
  return {
    files: [{ name: 'model.json', bytes: Buffer.from(`${readable(described)}\n`) }],
    notes: [],
  };
};

/** JSON with a row of numbers in a line. */
function readable(value: object): string {
  return JSON.stringify(value, null, 1).replaceAll(
    /\[\n([-+.\de,\s]+)\]/g,
    (_, numbers: string) => `[${numbers.trim().replaceAll(/\s+/g, ' ')}]`,
  );
}

function plainPredictor(predictor: Predictor): object {
  if (predictor.kind === 'network') return { ...predictor, layers: predictor.layers.map(plainLayer) };
  const { kind, initial, rounds } = predictor;
  return { kind, initial: [...initial], rounds: rounds.map((trees) => trees.map(plainTree)) };
}

function plainLayer({ weight, bias, normalisation, ...layer }: WeightedLayer): object {
  const { inputs, outputs } = layer;
  return {
    ...layer,
    weight: Array.from({ length: inputs }, (_, at) => [...weight.subarray(at * outputs, (at + 1) * outputs)]),
    bias: [...bias],
    ...(normalisation !== undefined && {
      normalisation: { scale: [...normalisation.scale], shift: [...normalisation.shift] },
    }),
  };
}

function plainTree({ threshold, categories, ...tree }: ModelTree): object {
  const { feature, missingLeft, left, right, value } = tree;
  return {
    feature: [...feature],
    threshold: Array.from(threshold, (own) => (Number.isFinite(own) ? own : String(own))),
    missingLeft: [...missingLeft],
    left: [...left],
    right: [...right],
    value: [...value],
    categories: Object.fromEntries(categories),
  };
}
