import { randomStream, streamState } from '../../../random.js';
import type { BootstrapRows } from '../bootstrap.js';
import { deviationTable } from '../deviations.js';
import { DRAWS_AT_ONCE } from '../draw-kernel.js';
import { Resampler, strataOf, weightOf } from '../resampler.js';
import { drawPlaces, poolSplit, unitCountOf, unitsOf, weightTables } from '../splits/pool-weights.js';
import { Weigher } from '../splits/weigher.js';

/** Rows that runs are measured on. */
export interface MeasuredRows extends Pick<BootstrapRows, 'labels' | 'classCount' | 'groups'> {
  /** Which of these rows are measured, ascending, where each seed has its own; all by default. */
  readonly rows?: Uint32Array | undefined;
}

/** Per call the weights of the measured rows in the next draws, row after row DRAWS_AT_ONCE of them, until the next call. */
export type RowWeights = () => Float64Array;

/** The weights that rows have in the draws of `rowBootstrap` with this seed, so that metrics are drawn together. */
export function rowWeights(measured: MeasuredRows, seed: number): RowWeights {
  const isAlone = measured.groups === undefined && measured.rows === undefined;
  return isAlone ? drawnWeights(measured, seed) : pooledWeights(measured, seed);
}

function drawnWeights({ labels, classCount }: MeasuredRows, seed: number): RowWeights {
  const table = deviationTable(labels, [], classCount);
  const strata = strataOf(labels, classCount);
  const resampler = new Resampler({ table, runs: [], strata, state: streamState(seed, 'resample') });
  const ofClass = strata.ends.map((end, cls) => end - (strata.ends[cls - 1] ?? 0));
  const ofRow = Float64Array.from(labels, (label) => weightOf(ofClass[label] as number));
  const weights = new Float64Array(labels.length * DRAWS_AT_ONCE);
  return () => {
    resampler.draw();
    for (let row = 0, at = 0; row < labels.length; row++) {
      const weight = ofRow[row] as number;
      for (let draw = 0; draw < DRAWS_AT_ONCE; draw++, at++) {
        weights[at] = weight * (resampler.counts[at] as number);
      }
    }
    return weights;
  };
}

function pooledWeights(pool: MeasuredRows, seed: number): RowWeights {
  const split = poolSplit(pool, pool.rows ?? Uint32Array.from(pool.labels.keys()));
  const unitCount = unitCountOf(pool);
  const weigher = new Weigher({
    ...split,
    table: deviationTable(split.labels, [], pool.classCount),
    tables: weightTables(pool, [split]),
    units: unitsOf(split.rows, pool.groups),
    unitCount,
  });
  const places = new Uint16Array(DRAWS_AT_ONCE * unitCount);
  const stream = randomStream(seed, 'resample');
  return () => {
    for (let draw = 0; draw < DRAWS_AT_ONCE; draw++) drawPlaces(places, draw, stream);
    weigher.weigh(places);
    return weigher.weights;
  };
}
