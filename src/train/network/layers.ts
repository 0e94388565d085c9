import type { SharedDataset } from '../../data/dataset.js';
import type { Layer } from '../../model/model.js';
import type { Optimizer, TrialConfig } from '../../sweep.js';

/** What decides the layers of a network. */
export interface NetworkShape {
  /** Input features, hidden widths…, classes. */
  readonly layers: readonly number[];
  /** Whether the hidden widths, which are then equal, are those of residual blocks. */
  readonly residual?: boolean;
}

/** A layer with the places of its weights among all of the network. */
export interface PlacedLayer extends Layer {
  /** Of scale and shift of its normalisation, one of each per input; only where its input is normalised. */
  readonly scaleAt: number;
  readonly shiftAt: number;
  /** Of W (inputs × outputs, row-major), and of b. */
  readonly weightsAt: number;
  readonly biasAt: number;
  /** Behind the last. */
  readonly end: number;
}

/** The shape of a configuration's network on a dataset. */
export function networkShape(
  { hidden, residual }: Pick<TrialConfig, 'hidden' | 'residual'>,
  { featureCount, classNames }: Pick<SharedDataset, 'featureCount' | 'classNames'>,
): NetworkShape {
  return { layers: [featureCount, ...hidden, classNames.length], residual };
}

/**
 * The layers of a network, first to last. A residual one is that of Gorishniy et al. 2021: a layer to the width of the trunk; blocks
 * x + dropout(dense(dropout(activate(dense(normalise(x)))))); then dense(activate(normalise(x))).
 */
export function networkLayers({ layers, residual = false }: NetworkShape): readonly Layer[] {
  const last = layers.length - 2;
  const dense = layers.slice(1).map(
    (outputs, at): Layer => ({
      inputs: layers[at] as number,
      outputs,
      input: 'as given',
      sums: at === last ? 'plain' : 'activated',
    }),
  );
  if (!residual) return dense;
  const [features, width, classes] = [layers[0], layers[1], layers.at(-1)] as [number, number, number];
  const block: readonly Layer[] = [
    { inputs: width, outputs: width, input: 'normalised', sums: 'activated' },
    { inputs: width, outputs: width, input: 'as given', sums: 'added' },
  ];
  return [
    { inputs: features, outputs: width, input: 'as given', sums: 'plain' },
    ...layers.slice(1, -1).flatMap(() => block),
    { inputs: width, outputs: classes, input: 'normalised and activated', sums: 'plain' },
  ];
}

/** The layers with the places of their weights: per layer scale and shift of its normalisation, if it has one, then W, then b. */
export function placedLayers(shape: NetworkShape): readonly PlacedLayer[] {
  let end = 0;
  const take = (count: number): number => {
    end += count;
    return end - count;
  };
  return networkLayers(shape).map((layer) => {
    const { inputs, outputs, input } = layer;
    const columns = input === 'as given' ? 0 : inputs;
    const [scaleAt, shiftAt] = [take(columns), take(columns)];
    const [weightsAt, biasAt] = [take(inputs * outputs), take(outputs)];
    return { ...layer, scaleAt, shiftAt, weightsAt, biasAt, end };
  });
}

/** Number of all weights, with biases, scales and shifts. */
export function weightCount(shape: NetworkShape): number {
  return placedLayers(shape).at(-1)?.end ?? 0;
}

/** Number of multiplications that one row takes forward. */
export function productCount(shape: NetworkShape): number {
  return networkLayers(shape).reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
}

/** Length of `LaneProgram.state`: the weights, each of the optimiser's memories, and the step count. */
export function stateLength(shape: NetworkShape, optimizer: Optimizer): number {
  return weightCount(shape) * (optimizer === 'sgd' ? 2 : 3) + 1;
}
