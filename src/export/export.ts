import type { Model } from '../model/model.js';

/** A file of an exported model. */
export interface ExportFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The names of the files of a TensorFlow.js model, in order; a model of another format is one file. */
export const TFJS_FILES = ['model.json', 'weights.bin'] as const;

/** Formats of models. */
export const MODEL_FORMATS = ['onnx', 'tfjs', 'safetensors', 'json'] as const;
export type ModelFormat = (typeof MODEL_FORMATS)[number];

/** Writes a model as other programs read it. Throws UserError for a model that its format cannot hold. */
export type ModelExporter = (model: Model) => ExportedModel;

export interface ExportedModel {
  readonly files: readonly ExportFile[];
  /** Sentences about what the format cannot do exactly. */
  readonly notes: readonly string[];
}
