// What the learners of pausing.test.ts tell.
export const scoreOf = ({ skill }, epoch) => (skill / 10) * (1 - 1 / (epoch + 1));

/** Wrong in as many of the first rows as the skill is low. */
export function outputs({ skill }, labelsOf) {
  const split = (name) => ({
    predictions: labelsOf(name).map((label, at) => (at < 10 - skill ? 1 - label : label)),
  });
  return { validation: split('validation'), test: split('test') };
}
