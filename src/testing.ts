// The requirements of trainers and network engines, as checks that any test runner can register: `test(name, check)`.

export type { Layer } from './model/model.js';
export type { Check } from './testing/check.js';
export { engineChecks } from './testing/engine-checks.js';
export { type TrainerSettings, trainerChecks } from './testing/trainer-checks.js';
export type {
  Engine,
  EpochBatches,
  LaneProgram,
  LaneSettings,
  ProgramShape,
  StepSums,
} from './train/network/engine.js';
export {
  type NetworkShape,
  networkLayers,
  type PlacedLayer,
  placedLayers,
} from './train/network/layers.js';
