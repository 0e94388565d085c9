import type { Document } from 'yaml';
import { printable } from '../../wording/printable.js';
import type { Advice } from '../advice/advice.js';
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
    document.setIn([...start, ...path], document.createNode(value, { flow: true }));
    const [place, knob] = path;
    if (place === 'parameters') takeOut(document, start, knob);
  }
  document.setIn(['name'], nextName(sweep.name, names));
  const body = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  return `${preface(sweep.name, advice)}${body}`;
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
