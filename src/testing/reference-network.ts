import type { ProgramShape } from '../train/network/engine.js';
import { type NetworkShape, type PlacedLayer, placedLayers } from '../train/network/layers.js';

/** Rows of numbers. */
export type NumberRows = number[][];

type Numbers = ArrayLike<number>;

interface LayerTrace {
  readonly input: NumberRows;
  /** Where the input is normalised: the rows at mean 0 and variance 1, and by what they were multiplied. */
  readonly units: NumberRows;
  readonly inverse: readonly number[];
  /** The sums after activation, before dropout. */
  readonly activated: NumberRows;
}

/** Logits, with the intermediate values for the gradient. */
export interface ReferenceTrace {
  readonly layers: readonly LayerTrace[];
  readonly logits: NumberRows;
}

/** Logits of rows of features, in float64; masks are one per layer. */
export function referenceForward(
  weights: Numbers,
  x: NumberRows,
  shape: NetworkShape & Pick<ProgramShape, 'activation'>,
  masks: readonly Float32Array[] = [],
): ReferenceTrace {
  const activate = shape.activation === 'relu' ? (sum: number) => Math.max(0, sum) : Math.tanh;
  const layers: LayerTrace[] = [];
  let [trunk, below]: [NumberRows, NumberRows] = [x, x];
  for (const [at, layer] of placedLayers(shape).entries()) {
    const { units, inverse } = layer.input === 'as given' ? { units: [], inverse: [] } : normalised(trunk);
    const scaled = units.map((row) =>
      row.map(
        (unit, column) =>
          unit * (weights[layer.scaleAt + column] ?? 0) + (weights[layer.shiftAt + column] ?? 0),
      ),
    );
    const normed =
      layer.input === 'normalised and activated' ? scaled.map((row) => row.map(activate)) : scaled;
    const input = layer.input === 'as given' ? below : normed;
    const sums = input.map((row) => dense(row, weights, layer));
    const activated = layer.sums === 'activated' ? sums.map((row) => row.map(activate)) : sums;
    layers.push({ input, units, inverse, activated });
    const kept = masked(activated, masks[at]);
    below =
      layer.sums === 'added'
        ? kept.map((row, r) => row.map((value, unit) => value + (trunk[r]?.[unit] ?? 0)))
        : kept;
    if (layer.sums !== 'activated') trunk = below;
  }
  return { layers, logits: below };
}

function dense(row: readonly number[], weights: Numbers, layer: PlacedLayer): number[] {
  const { outputs, weightsAt, biasAt } = layer;
  return Array.from({ length: outputs }, (_, unit) =>
    row.reduce(
      (sum, value, input) => sum + value * (weights[weightsAt + input * outputs + unit] ?? 0),
      weights[biasAt + unit] ?? 0,
    ),
  );
}

function normalised(rows: NumberRows): { readonly units: NumberRows; readonly inverse: readonly number[] } {
  const inverse: number[] = [];
  const units = rows.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    inverse.push(1 / Math.sqrt(variance + 1e-5));
    return row.map((value) => (value - mean) / Math.sqrt(variance + 1e-5));
  });
  return { units, inverse };
}

function masked(rows: NumberRows, mask: Float32Array | undefined): NumberRows {
  return rows.map((row, r) => row.map((value, unit) => value * (mask?.[r * row.length + unit] ?? 1)));
}

/** The gradient of all weights, from that of the logits. */
export function referenceGradient(
  weights: Numbers,
  trace: ReferenceTrace,
  ofLogits: NumberRows,
  { shape, masks }: { readonly shape: ProgramShape; readonly masks: readonly Float32Array[] },
): Float64Array {
  const layers = placedLayers(shape);
  const gradient = new Float64Array(layers.at(-1)?.end ?? 0);
  const add = (at: number, value: number): void => {
    gradient[at] = (gradient[at] ?? 0) + value;
  };
  const slope = (applied: number): number =>
    shape.activation === 'relu' ? Number(applied > 0) : 1 - applied ** 2;
  let ofTrunk: NumberRows | undefined;
  let ofBelow = ofLogits;
  for (const [at, layer] of [...layers.entries()].reverse()) {
    const { inputs, outputs, weightsAt, biasAt, scaleAt, shiftAt } = layer;
    const { input, units, inverse } = trace.layers[at] as LayerTrace;
    const given = layer.sums === 'activated' || ofTrunk === undefined ? ofBelow : ofTrunk;
    const ofSums = layer.sums === 'added' ? masked(given, masks[at]) : given;
    for (const [row, slopes] of ofSums.entries()) {
      for (const [unit, value] of slopes.entries()) {
        add(biasAt + unit, value);
        for (const [i, own] of (input[row] ?? []).entries()) add(weightsAt + i * outputs + unit, value * own);
      }
    }
    if (at === 0) break;
    const ofInput = ofSums.map((slopes) =>
      Array.from({ length: inputs }, (_, i) =>
        slopes.reduce((sum, value, unit) => sum + value * (weights[weightsAt + i * outputs + unit] ?? 0), 0),
      ),
    );
    if (layer.input === 'as given') {
      const applied = trace.layers[at - 1]?.activated ?? [];
      const own = ofInput.map((row, r) => row.map((value, i) => value * slope(applied[r]?.[i] ?? 0)));
      ofBelow = masked(own, masks[at - 1]);
      continue;
    }
    const isActivated = layer.input === 'normalised and activated';
    const through = ofInput.map((row, r) => {
      const ofUnits = row.map((value, i) => {
        const own = isActivated ? value * slope(input[r]?.[i] ?? 0) : value;
        add(scaleAt + i, own * (units[r]?.[i] ?? 0));
        add(shiftAt + i, own);
        return own * (weights[scaleAt + i] ?? 0);
      });
      const mean = ofUnits.reduce((sum, value) => sum + value, 0) / inputs;
      const along = ofUnits.reduce((sum, value, i) => sum + value * (units[r]?.[i] ?? 0), 0) / inputs;
      return ofUnits.map(
        (value, i) =>
          (value - mean - along * (units[r]?.[i] ?? 0)) * (inverse[r] ?? 0) + (ofTrunk?.[r]?.[i] ?? 0),
      );
    });
    ofTrunk = through;
  }
  return gradient;
}
