import { METRIC_NAMES, type MetricName } from '../../metric.js';
import type { ClassDecision, Model, ModelMember } from '../../model/model.js';
import type { ColumnPreparation } from '../../model/preparation.js';
import type { AnyConfig, Interval } from '../../sweep.js';
import type { Configuration, Confirmation } from '../ranking/configuration.js';
import type { Ranking } from '../ranking/ranking.js';

/** What a card says of a metric: means over the seeds, and 95 % intervals where there are any. */
export interface CardMetric {
  readonly name: MetricName;
  readonly validation: CardValue;
  /** Null where test rows are shown of other configurations only, or not of this metric. */
  readonly test: CardValue | null;
  /** That of all seeds together on the test rows; null where the model is of one seed, or that is not known. */
  readonly ensemble: CardValue | null;
}

export interface CardValue {
  readonly mean: number;
  readonly interval: Interval | null;
  /** Of what is estimated: see Estimate. */
  readonly rowError?: number;
}

/** What goes with a model where others use it. */
export interface ModelCard {
  readonly classNames: readonly string[];
  readonly members: readonly Pick<ModelMember, 'runId' | 'seed' | 'trainerId'>[];
  readonly isOfTrees: boolean;
  /** Absent for the most probable class. */
  readonly decision?: ClassDecision | undefined;
  readonly config: AnyConfig;
  /** Those of the first member. */
  readonly columns: readonly ColumnPreparation[];
  /** The program that writes the card, such as `focalsweep 0.1.0`. */
  readonly writtenBy: string;
  /** Null for a model file, which does not know its sweep. */
  readonly origin: CardOrigin | null;
}

/** The sweep that a model is of, and what it says of the model. */
export interface CardOrigin extends Pick<Ranking, 'sweep' | 'data' | 'tied' | 'draws'> {
  readonly ranked: number;
  /** Null where no run of it is ranked. */
  readonly configuration: Configuration | null;
  /** Which of the shown configurations it is, such as `best macro_f1`; null for another. */
  readonly role: string | null;
  /** Sentences about the aims that it was chosen for. */
  readonly choices: readonly string[];
  readonly metrics: readonly CardMetric[];
}

/** Makes the card of a model; `ranking` is that of its sweep. */
export function modelCard(model: Model, ranking: Ranking | null, writtenBy: string): ModelCard {
  const [first] = model.members;
  if (first === undefined) throw new RangeError('a model without members has no card');
  return {
    classNames: model.classNames,
    members: model.members,
    isOfTrees: model.members.some(({ predictor }) => predictor.kind === 'trees'),
    decision: model.decision,
    config: first.config,
    columns: first.preparation.columns,
    writtenBy,
    origin: ranking && originOf(model, ranking),
  };
}

function originOf({ members }: Model, ranking: Ranking): CardOrigin {
  const { sweep, data, configurations, shown, choices, confirmations, tied, draws } = ranking;
  const runIds = new Set(members.map(({ runId }) => runId));
  const configuration =
    configurations.find(({ runs }) => runs.some(({ runId }) => runIds.has(runId))) ?? null;
  const isOwn = ({ trialId }: { readonly trialId: string }) => trialId === configuration?.trialId;
  return {
    ...{ sweep, data, tied, draws, configuration },
    ranked: configurations.length,
    role: shown.find((own) => own.configuration === configuration)?.role ?? null,
    choices: choices.flatMap((choice) =>
      configuration !== null && choice.configuration === configuration ? [choice.sentence] : [],
    ),
    metrics:
      configuration === null
        ? []
        : cardMetrics(configuration, ofMembers(confirmations.find(isOwn), members.length), sweep.metric.name),
  };
}

function cardMetrics(
  { ranked, estimates, metrics }: Configuration,
  confirmation: Confirmation | undefined,
  rankedBy: MetricName,
): readonly CardMetric[] {
  const estimated = new Map<MetricName, CardValue>([
    ...(Object.entries(estimates) as [MetricName, CardValue][]),
    [rankedBy, ranked],
  ]);
  return METRIC_NAMES.filter((name) => !Number.isNaN(metrics[name].mean)).map((name) => ({
    name,
    validation: estimated.get(name) ?? { mean: metrics[name].mean, interval: null },
    test: confirmation?.of.get(name) ?? null,
    ensemble: confirmation?.ensemble?.of.get(name) ?? null,
  }));
}

/** A model of other seeds than the configuration's is another ensemble. */
function ofMembers(confirmation: Confirmation | undefined, members: number): Confirmation | undefined {
  return confirmation?.ensemble?.seeds === members
    ? confirmation
    : confirmation && { ...confirmation, ensemble: null };
}
