import { type Document, isMap } from 'yaml';
import { STOP_EARLY, wouldStopEarly } from '../../plan/early-stop.js';
import { plannedRunCount } from '../../plan/plan.js';
import { parseSpec } from '../../spec/parse-spec.js';
import { firstRung, mostEpochs, STOP_KEYS } from '../../spec/stop/stop-of.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import { printable } from '../../wording/printable.js';
import type { Advice, SpecChange } from '../advice/advice.js';
import type { SweepReport } from '../report.js';
import { spacePath, specDocument } from './spec-document.js';
import { nextName } from './sweep-name.js';

const FIRST_LINE = '# Suggested from the results of';
const LAST_LINE = '# Relative paths start at this file: keep it in the folder of the first spec.';
/** The comment that an earlier suggestion wrote above the spec. */
const PREFACE = new RegExp(`^${FIRST_LINE} .*\\n(?:#.*\\n)*?${LAST_LINE}\\n`, 'gm');

/**
 * The next spec: the sweep's own, comments included, with the changes that the advice names, under a name that is not in
 * `names`; null if no advice changes anything.
 */
export function suggestSpec(
  { sweep, advice }: Pick<SweepReport, 'sweep' | 'advice'>,
  names: readonly string[],
): string | null {
  const changes = advice.flatMap((piece) => piece.changes);
  if (changes.length === 0) return null;
  const document = specDocument(sweep.specText.replace(PREFACE, ''));
  for (const { space, path, value } of changes) {
    const start = space === undefined ? [] : spacePath(document, space);
    const [place, knob] = path;
    const own = place === 'parameters' ? rangeInstead(document.getIn([...start, ...path]), value) : value;
    document.setIn([...start, ...path], document.createNode(own, { flow: true }));
    if (place === 'parameters') takeOut(document, start, knob);
  }
  document.setIn(['name'], nextName(sweep.name, names));
  takeOutLateStop(document, parseSpec(sweep.specText));
  const next = textOf(document);
  const spec = parseSpec(next);
  if (!wouldStopEarly(spec, plannedRunCount(spec))) return `${preface(sweep.name, advice)}${next}`;
  document.setIn(['stop'], document.createNode(STOP_EARLY, { flow: true }));
  return `${preface(sweep.name, advice)}${textOf(document)}`;
}

/** With fewer epochs than before, all runs may end before anybody would be dropped, which a spec is refused for. */
function takeOutLateStop(document: Document, { stop }: Pick<SweepSpec, 'stop'>): void {
  if (stop.type === 'none') return;
  const others = document.clone();
  for (const key of STOP_KEYS) others.delete(key);
  if (firstRung(stop) < mostEpochs(parseSpec(textOf(others)).spaces)) return;
  for (const key of STOP_KEYS) document.delete(key);
}

function textOf(document: Document): string {
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/**
 * What stands in place of a list for an axis that is a range: a range as wide as its numbers, or the other values alone. A change says
 * the values that were tried with or without some, of which a range has no list.
 */
function rangeInstead(node: unknown, value: SpecChange['value']): SpecChange['value'] {
  const axis = isMap(node) ? (node.toJSON() as { readonly [key: string]: unknown }) : {};
  const { values = [] } = value as { readonly values?: readonly unknown[] };
  if (
    values.length === 0 ||
    !['min', 'mu', 'distribution'].some((key) => key in axis) ||
    ['value', 'values'].some((key) => key in axis)
  ) {
    return value;
  }
  const others = values.filter((own) => typeof own !== 'number');
  if (others.length > 0) return others.length === 1 ? { value: others[0] } : { values: others };
  const [low, high] = [Math.min(...(values as number[])), Math.max(...(values as number[]))];
  const { min, max } = axis;
  if (typeof min !== 'number' || typeof max !== 'number') return { min: low, max: high };
  const isWider = low < min || high > max;
  return isWider
    ? { ...axis, min: Math.min(min, low), max: Math.max(max, high) }
    : { ...axis, min: low, max: high };
}

/** The constant that the knob was before it became an axis. */
function takeOut(document: Document, start: readonly unknown[], knob: string | undefined): void {
  for (const place of ['model', 'train', 'data']) {
    const path = [...start, place, knob];
    if (document.hasIn(path)) document.deleteIn(path);
  }
}

function preface(name: string, advice: readonly Advice[]): string {
  const lines = advice.map(({ title, evidence, action, changes }) => {
    const mark = changes.length > 0 ? 'done' : 'for you to decide';
    return `# - ${printable(`${title} (${mark}). ${evidence} ${action}`)}`;
  });
  return `${[`${FIRST_LINE} ${printable(name)}. Runs that are in the database already are not trained again.`, ...lines, LAST_LINE].join('\n')}\n`;
}
