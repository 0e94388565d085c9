import { type KnobName, knobRow } from '../knobs/knobs.js';
import type { SweepSpec } from './sweep-spec.js';
import { parseYaml, valueAt, type YamlDocument, type YamlPath } from './yaml-document.js';

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
  return yaml.locate(firstWritten(knobPlaces(layers, knob, value), yaml));
}

/** Where layers of a spec may say a value of a knob, or without `value` the knob at all. */
export function knobPlaces(layers: readonly YamlPath[], knob: KnobName, value?: number): readonly YamlPath[] {
  return layers.flatMap((layer): readonly YamlPath[] => [
    ...(value === undefined ? [] : [[...layer, 'parameters', knob, 'values', value]]),
    [...layer, knobRow(knob).section, knob],
    [...layer, 'parameters', knob],
  ]);
}

/** The first place that a spec has; its beginning if it has none. */
export function firstWritten(places: readonly YamlPath[], yaml: YamlDocument): YamlPath {
  return places.find((path) => valueAt(yaml.value, path) !== undefined) ?? [];
}
