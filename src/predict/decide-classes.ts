import type { ClassDecision, CostDecision } from '../model/model.js';

/** The class of each of `rows` rows by a decision; probabilities are class after class. */
export function decideClasses(
  decision: ClassDecision,
  probabilities: Float64Array,
  rows: number,
): Uint16Array {
  const own = new Float64Array(probabilities.length / rows);
  const scoresOf = scorer(decision);
  return Uint16Array.from({ length: rows }, (_, row) => {
    for (let cls = 0; cls < own.length; cls++) own[cls] = probabilities[cls * rows + row] as number;
    const scores = scoresOf(own);
    let best = 0;
    for (let cls = 1; cls < scores.length; cls++) {
      if ((scores[cls] as number) > (scores[best] as number)) best = cls;
    }
    return best;
  });
}

/** Makes the probabilities of a row scores of its classes, the largest of which decides. */
function scorer(decision: ClassDecision): (probabilities: Float64Array) => Float64Array {
  switch (decision.kind) {
    case 'offsets':
      return (own) => own.map((share, cls) => Math.log(share) + (decision.offsets[cls] as number));
    case 'threshold': {
      const { classIndex, threshold } = decision;
      return (own) => own.map((share, cls) => (cls === classIndex ? (share >= threshold ? 2 : -1) : share));
    }
    case 'costs':
      return (own) => savings(own, decision);
  }
}

/** The expected cost of each class, negative, under probabilities that need not add up to 1. */
function savings(own: Float64Array, { temperature, offsets, costs }: CostDecision): Float64Array {
  const logits = own.map((share, cls) => Math.log(share) / temperature + (offsets[cls] as number));
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  return own.map(
    (_, predicted) =>
      -powers.reduce((sum, power, truth) => sum + power * (costs[truth]?.[predicted] as number), 0),
  );
}
