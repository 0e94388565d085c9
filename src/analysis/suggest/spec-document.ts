import { Document, parseDocument, visit } from 'yaml';

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

/** The folds of a spec whose seeds are folds. */
export function foldsIn(text: string): number | undefined {
  const folds = parseDocument(text).getIn(['data', 'split', 'folds']);
  return typeof folds === 'number' ? folds : undefined;
}
