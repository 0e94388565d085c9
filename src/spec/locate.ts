import type { SweepSpec } from './sweep-spec.js';
import { parseYaml, type YamlPath } from './yaml-document.js';

/** `file:line:column` of a part of a spec, for errors that are found after it was read. */
export function locate({ text, file }: Pick<SweepSpec, 'text' | 'file'>, path: YamlPath): string {
  return parseYaml(text, file).locate(path);
}
