import type { Model } from '../model/model.js';

/** A file of an exported model; its name is relative to the place of the export. */
export interface ExportFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Formats of models. */
export const MODEL_FORMATS = ['onnx', 'tfjs', 'safetensors', 'json'] as const;
export type ModelFormat = (typeof MODEL_FORMATS)[number];

/** Writes a model as other programs read it. Throws UserError for a model that its format cannot hold. */
export type ModelExporter = (model: Model) => readonly ExportFile[];
