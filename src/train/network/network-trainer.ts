import type { Trainer } from '../trainer.js';
import type { Engine } from './engine.js';
import { laneKey, trainRuns } from './training/train-runs.js';
import { networkWorkload } from './workload.js';

/** Trains multilayer perceptrons and residual networks: the runs of a group are lanes of one program of the engine. Its id is the engine's. */
export function networkTrainer(engine: Engine): Trainer {
  return {
    id: engine.id,
    groupSize: engine.defaultLanes,
    groupKey: laneKey,
    train: async ({ dataset, ...training }) => {
      if (dataset === undefined) throw new RangeError('a network needs a dataset to train on');
      return trainRuns(engine, { ...training, dataset });
    },
    workload: networkWorkload(engine),
  };
}
