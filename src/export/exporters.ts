import { encodeModel } from '../model/file/model-file.js';
import type { ModelExporter, ModelFormat } from './export.js';

/** The exporter of each format, loaded when it is needed. */
export const EXPORTERS: { readonly [format in ModelFormat]: () => Promise<ModelExporter> } = {
  onnx: async () => (await import('./onnx/onnx-exporter.js')).exportOnnx,
  tfjs: async () => (await import('./tfjs/tfjs-exporter.js')).exportTfjs,
  safetensors: async () => (model) => ({
    files: [{ name: 'model.safetensors', bytes: encodeModel(model) }],
    notes: [],
  }),
  json: async () => (await import('./json-exporter.js')).exportJson,
};
