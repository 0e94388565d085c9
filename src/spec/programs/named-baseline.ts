import { UserError } from '../../errors.js';
import type { NamedBaseline } from '../../knobs/plain-loss.js';
import type { ParameterValue } from '../../program.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { isWithin } from '../distribution.js';
import { knobValues, type Space } from '../sweep-spec.js';
import type { YamlDocument } from '../yaml-document.js';

/** The baseline that a spec names. Throws UserError for a parameter that no space has, or a value that none trains. */
export function namedBaseline(
  given: Readonly<Record<string, unknown>> | undefined,
  spaces: readonly Space[],
  yaml: YamlDocument,
): NamedBaseline {
  if (given === undefined) return null;
  const known = [
    ...new Set(spaces.flatMap(({ axes, base }) => [...axes.map(({ knob }) => knob), ...Object.keys(base)])),
  ].filter((name) => name !== 'model');
  for (const [name, value] of Object.entries(given)) {
    const where = yaml.locateKey(['baseline'], name);
    if (!known.includes(name)) {
      throw new UserError(
        `baseline.${name}: no configuration has such a parameter.${didYouMean(name, known)}`,
        {
          where,
          fix: `Name parameters of the spec: ${known.join(', ')}.`,
        },
      );
    }
    const values = spaces.flatMap((space) => knobValues(space, name)).map((own) => JSON.stringify(own));
    const isInRange = spaces.some(({ axes }) =>
      axes.some(({ knob, distribution }) => knob === name && isWithin(distribution, value)),
    );
    if (!isInRange && !values.includes(JSON.stringify(value))) {
      throw new UserError(`baseline.${name}: no configuration has the value ${JSON.stringify(value)}`, {
        where,
        fix: `Its values are ${[...new Set(values)].join(', ')}.`,
      });
    }
  }
  if (Object.keys(given).length === 0) {
    throw new UserError('baseline: it names no parameter', {
      where: yaml.locate(['baseline']),
      fix: 'Write `baseline: {embedding: 32}`, or remove it.',
    });
  }
  return given as NonNullable<NamedBaseline> & Readonly<Record<string, ParameterValue>>;
}
