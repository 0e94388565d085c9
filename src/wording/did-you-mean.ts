import { distance } from 'fastest-levenshtein';

/** Other tools' words for ours. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['lr', 'learning_rate'],
  ['eta', 'learning_rate'],
  ['step_size', 'learning_rate'],
  ['bs', 'batch_size'],
  ['batch', 'batch_size'],
  ['wd', 'weight_decay'],
  ['l2', 'weight_decay'],
  ['num_epochs', 'epochs'],
  ['n_epochs', 'epochs'],
  ['max_epochs', 'epochs'],
  ['rounds', 'epochs'],
  ['n_estimators', 'epochs'],
  ['num_boost_round', 'epochs'],
  ['num_iterations', 'epochs'],
  ['early_stopping', 'patience'],
  ['early_stopping_rounds', 'patience'],
  ['num_leaves', 'max_leaves'],
  ['min_data_in_leaf', 'min_leaf_rows'],
  ['min_child_samples', 'min_leaf_rows'],
  ['reg_lambda', 'lambda_l2'],
  ['feature_fraction', 'feature_share'],
  ['colsample_bytree', 'feature_share'],
  ['bagging_fraction', 'row_share'],
  ['subsample', 'row_share'],
  ['max_bin', 'max_bins'],
  ['multi_strategy', 'multi_output'],
  ['layers', 'hidden'],
  ['class_weight', 'alpha'],
  ['class_weights', 'alpha'],
  ['target', 'label'],
  ['class_column', 'label'],
  ['path', 'source'],
  ['file', 'source'],
  ['csv', 'source'],
  ['separator', 'delimiter'],
  ['seed', 'seeds'],
  ['repeats', 'seeds'],
  ['replicates', 'seeds'],
  ['jobs', 'workers'],
  ['threads', 'workers'],
  ['output', 'out'],
  ['loss', 'log_loss'],
  ['acc', 'accuracy'],
  ['f1', 'macro_f1'],
  ['f1_score', 'macro_f1'],
  ['f1_macro', 'macro_f1'],
  ['auc', 'roc_auc'],
  ['auroc', 'roc_auc'],
  ['pr_auc', 'average_precision'],
]);

/** ` Did you mean "x"?` for the known word that was probably meant, or '' if none is close. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = meantWord(word, known) ?? nearestWord(word, known);
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}

/** The known word that this one is, in other tools' words too. */
export function meantWord(word: string, known: readonly string[]): string | undefined {
  return [word, SYNONYMS.get(word.toLowerCase())].find((name) => name !== undefined && known.includes(name));
}

/** The known word closest to a mistyped one. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  // A word without one matching letter is not close.
  let fewest = Math.min(word.length, Math.max(2, Math.floor(word.length / 3)) + 1);
  for (const candidate of known) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest) {
      fewest = edits;
      nearest = candidate;
    }
  }
  return nearest ?? known.find((candidate) => word.length > 1 && candidate.includes(word.toLowerCase()));
}
