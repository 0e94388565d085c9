import { Document, isMap, isSeq, parseDocument, visit } from 'yaml';

/** A spec to change. Aliases are replaced by what they refer to, at the cost of comments, so that any part can change alone. */
export function specDocument(text: string): Document {
  const document = parseDocument(text);
  let hasAliases = false;
  visit(document, {
    Alias: () => {
      hasAliases = true;
      return visit.BREAK;
    },
  });
  return hasAliases ? new Document(document.toJS()) : document;
}

/** Where one of the spaces of a spec is. */
export function spacePath(document: Document, space: string): readonly [string, number] {
  const list = document.get('spaces');
  const names = isSeq(list) ? list.items.map((item) => (isMap(item) ? item.get('name') : undefined)) : [];
  return ['spaces', names.indexOf(space)];
}

/** Whether a spec trains all points of its axes. */
export function isGrid(text: string): boolean {
  return (parseDocument(text).get('method') ?? 'grid') === 'grid';
}

/** The folds of a spec whose seeds are folds, and whether they are in time order. */
export function foldsIn(text: string): { readonly folds: number; readonly areByTime: boolean } | undefined {
  const document = parseDocument(text);
  const folds = document.getIn(['data', 'split', 'folds']);
  if (typeof folds !== 'number') return undefined;
  return { folds, areByTime: document.hasIn(['data', 'split', 'time']) };
}
