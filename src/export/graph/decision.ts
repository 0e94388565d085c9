import type { Model } from '../../model/model.js';
import type { GraphBuilder, GraphValue } from './graph.js';

/** Scores of the classes, [rows, classes], the largest of which is the class that a model decides for. */
export function classScores(
  graph: GraphBuilder,
  probabilities: GraphValue,
  { classNames, decision }: Pick<Model, 'classNames' | 'decision'>,
): GraphValue {
  const row = (values: readonly number[]) => graph.constant('float', values, [1, values.length]);
  switch (decision?.kind) {
    case undefined:
      return probabilities;
    case 'offsets':
      return graph.apply('add', graph.apply('logarithm', probabilities), row(decision.offsets));
    case 'threshold': {
      const { classIndex, threshold } = decision;
      const own = graph.gather(probabilities, graph.constant('integer', [classIndex], [1]), 1);
      const isReached = graph.apply('lessOrEqual', graph.constant('float', [threshold]), own);
      const only = (value: number) => row(classNames.map((_, cls) => (cls === classIndex ? value : 0)));
      // Probabilities are at most 1.
      return graph.apply('add', probabilities, graph.apply('select', isReached, only(2), only(-2)));
    }
    case 'costs': {
      const { temperature, offsets, costs } = decision;
      const logs = graph.apply('logarithm', probabilities);
      const logits = graph.apply('divide', logs, graph.constant('float', [temperature]));
      const shares = graph.apply('softmax', graph.apply('add', logits, row(offsets)));
      const saved = costs.flat().map((cost) => -cost);
      return graph.apply(
        'matrixProduct',
        shares,
        graph.constant('float', saved, [classNames.length, classNames.length]),
      );
    }
  }
}
