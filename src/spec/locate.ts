import type { KnobName } from '../knobs/knobs.js';
import type { SweepSpec } from './sweep-spec.js';
import { parseYaml, valueAt, type YamlPath } from './yaml-document.js';

/** `file:line:column` of a part of a spec, for errors that are found after it was read. */
export function locate({ text, file }: Pick<SweepSpec, 'text' | 'file'>, path: YamlPath): string {
  return parseYaml(text, file).locate(path);
}

/** The same of a value of a knob: in its space, or else at the top. */
export function locateKnob(
  { text, file }: Pick<SweepSpec, 'text' | 'file'>,
  { space, knob, value }: { readonly space: number | null; readonly knob: KnobName; readonly value: number },
): string {
  const yaml = parseYaml(text, file);
  const layers: readonly YamlPath[] = [...(space === null ? [] : [['spaces', space]]), []];
  const places = layers.flatMap((layer) => [
    [...layer, 'parameters', knob, 'values', value],
    [...layer, 'train', knob],
    [...layer, 'parameters', knob],
  ]);
  return yaml.locate(places.find((path) => valueAt(yaml.value, path) !== undefined) ?? []);
}
