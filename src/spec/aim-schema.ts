import { z } from 'zod';
import { UserError } from '../errors.js';
import { METRIC_NAMES, METRICS, type Metric, type MetricName } from '../metric.js';
import type { Aim, Constraint } from './aims.js';
import type { YamlDocument, YamlPath } from './yaml-document.js';

const MOST_AIMS = 12;
const BOUND = /^\s*(>=|<=)\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*$/;

const metricName = z.enum(METRIC_NAMES);
const constraint = z.union([
  z.strictObject({ margin: z.number().min(0) }),
  z.string().regex(BOUND, 'must be a limit such as ">= 0.7"'),
]);
const aim = z.strictObject({
  name: z.string().min(1).max(60).describe('What the aim is called in reports.'),
  maximize: metricName.optional().describe('The metric to maximise.'),
  minimize: metricName.optional().describe('Or the metric to minimise.'),
  constraints: z
    .strictObject(Object.fromEntries(METRIC_NAMES.map((name) => [name, constraint.optional()])))
    .optional()
    .describe(
      'What a choice must keep, by metric: `{margin: 0.03}`, it loses at most this much against cross-entropy; or a limit such as `">= 0.7"`. Both are held with 95 % confidence.',
    ),
});

/** The `choose:` section. */
export const chooseSchema = z.array(aim).min(1).max(MOST_AIMS);
type ChooseInput = z.infer<typeof chooseSchema>;

/** The aims that a spec names. Throws UserError for one without a metric, and for names that occur twice. */
export function aimsOf(input: ChooseInput, yaml: YamlDocument): readonly Aim[] {
  return input.map((given, at) => {
    const path = ['choose', at];
    const first = input.findIndex(({ name }) => name === given.name);
    if (first < at) {
      throw new UserError(`choose: two aims are called "${given.name}"`, {
        where: yaml.locate([...path, 'name']),
        fix: 'Give each aim a name of its own.',
      });
    }
    return {
      name: given.name,
      metric: objective(given, path, yaml),
      constraints: Object.entries(given.constraints ?? {}).flatMap(([metric, limit]) =>
        limit === undefined
          ? []
          : [constraintOf(metric as MetricName, limit, yaml.locate([...path, 'constraints', metric]))],
      ),
    };
  });
}

function objective(
  { name: own, maximize, minimize }: ChooseInput[number],
  path: YamlPath,
  yaml: YamlDocument,
): Metric {
  const name = maximize ?? minimize;
  if (name === undefined || (maximize !== undefined && minimize !== undefined)) {
    const meant = name ?? 'rare_recall';
    const shownName = /^[a-z][\w -]*$/i.test(own) ? own : JSON.stringify(own);
    throw new UserError('choose: an aim needs one metric, in `maximize` or in `minimize`', {
      where: yaml.locate(path),
      fix: `Write \`{name: ${shownName}, ${METRICS[meant].goal}: ${meant}}\`.`,
    });
  }
  const goal = METRICS[name].goal;
  const given = maximize === undefined ? 'minimize' : 'maximize';
  if (given !== goal) {
    throw new UserError(`choose: ${given} ${name} would choose the worst configuration`, {
      where: yaml.locate([...path, given]),
      fix: `Write \`${goal}: ${name}\`.`,
    });
  }
  return { name, goal };
}

function constraintOf(metric: MetricName, limit: z.infer<typeof constraint>, where: string): Constraint {
  if (typeof limit !== 'string') return { metric, margin: limit.margin };
  const [, relation, text] = BOUND.exec(limit) as unknown as [string, '>=' | '<=', string];
  const value = Number(text);
  const [lowest, highest] = METRICS[metric].range;
  if (value < lowest || value > highest) {
    const share = value / 100;
    throw new UserError(
      `choose: ${metric} is never ${value}: its values are ${rangeWords(lowest, highest)}`,
      {
        where,
        fix:
          highest === 1 && value > 1 && share <= 1
            ? `Write \`${metric}: "${relation} ${Number(share.toPrecision(12))}"\`.`
            : 'Write a limit that is among them.',
      },
    );
  }
  return { metric, relation, value };
}

function rangeWords(lowest: number, highest: number): string {
  return highest === Number.POSITIVE_INFINITY ? `at least ${lowest}` : `from ${lowest} to ${highest}`;
}
