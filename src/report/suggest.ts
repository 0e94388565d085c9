import { parseDocument } from 'yaml';
import { printable } from './printable.js';
import type { Advice, SpecChange, SweepReport } from './report.js';

/** The next spec: the sweep's own, comments included, with the changes that the advice names. */
export function suggestSpec({ sweep, advice }: Pick<SweepReport, 'sweep' | 'advice'>): string {
  const document = parseDocument(sweep.specText);
  const taken = new Set<string>();
  const applied: Advice[] = [];
  for (const piece of advice) {
    const fresh = piece.changes.filter(({ path }) => !taken.has(path.join('.')));
    if (fresh.length === 0) continue;
    for (const { path, value } of fresh) {
      taken.add(path.join('.'));
      document.setIn(path, value === undefined ? null : document.createNode(value, { flow: true }));
      if (path[0] === 'parameters') document.deleteIn([placeOf(path), path[1]]);
    }
    applied.push(piece);
  }
  document.setIn(['name'], nextName(sweep.name));
  const body = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  return `${preface(sweep.name, advice, applied)}${body}`;
}

/** Where a knob stands that is no axis. */
function placeOf(path: SpecChange['path']): 'model' | 'train' {
  return ['hidden', 'activation', 'dropout'].includes(String(path[1])) ? 'model' : 'train';
}

function nextName(name: string): string {
  const [, stem = name, count] = /^(.*?)-next(?:-(\d+))?$/.exec(name) ?? [];
  return stem === name ? `${name}-next` : `${stem}-next-${Number(count ?? 1) + 1}`;
}

function preface(name: string, advice: readonly Advice[], applied: readonly Advice[]): string {
  const lines = advice.map((piece) => {
    const mark = applied.includes(piece) ? 'done' : 'for you to judge';
    return `# - ${printable(`${piece.title} (${mark}). ${piece.evidence} ${piece.action}`)}`;
  });
  const said = lines.length === 0 ? ['# Nothing calls for a change.'] : lines;
  return `# Suggested from the results of ${printable(name)}. Runs that are in the database already are not trained again.\n${said.join('\n')}\n# Relative paths start at this file: keep it in the folder of the first spec.\n`;
}
