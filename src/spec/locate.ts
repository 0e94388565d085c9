import { knobRow } from '../knobs/knobs.js';
import type { SweepSpec } from './sweep-spec.js';
import { parseYaml, valueAt, type YamlDocument, type YamlPath } from './yaml-document.js';

/** `file:line:column` of a part of a spec, for errors that are found after it was read. */
export function locate({ text, file }: Pick<SweepSpec, 'text' | 'file'>, path: YamlPath): string {
  return parseYaml(text, file).locate(path);
}

/** The same of the first of several parts that the spec has. */
export function locateFirst(
  { text, file }: Pick<SweepSpec, 'text' | 'file'>,
  paths: readonly YamlPath[],
): string {
  const yaml = parseYaml(text, file);
  return yaml.locate(firstWritten(paths, yaml));
}

/** The same of a value of a knob: in its space, or else at the top. */
export function locateKnob(
  { text, file }: Pick<SweepSpec, 'text' | 'file'>,
  { space, knob, value }: { readonly space: number | null; readonly knob: string; readonly value: number },
): string {
  const yaml = parseYaml(text, file);
  const layers: readonly YamlPath[] = [...(space === null ? [] : [['spaces', space]]), []];
  return yaml.locate(firstWritten(knobPlaces(layers, knob, value), yaml));
}

/** Where layers of a spec may say a value of a knob, or without `value` the knob at all. */
export function knobPlaces(layers: readonly YamlPath[], knob: string, value?: number): readonly YamlPath[] {
  return layers.flatMap((layer): readonly YamlPath[] => [
    ...(value === undefined ? [] : [[...layer, 'parameters', knob, 'values', value]]),
    ...sectionOf(knob).map((section) => [...layer, section, knob]),
    [...layer, 'parameters', knob],
  ]);
}

/** The section for constants. */
function sectionOf(knob: string): readonly string[] {
  const row = knobRow(knob);
  return row === undefined ? [] : [row.section];
}

/** The first place that a spec has; its beginning if it has none. */
export function firstWritten(places: readonly YamlPath[], yaml: YamlDocument): YamlPath {
  return places.find((path) => valueAt(yaml.value, path) !== undefined) ?? [];
}
