import { numberIn } from '../../knobs/knob-value.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import { rungText } from '../../search/decide-rung.js';
import type { DroppedTrial, RungDecision } from '../../search/decision.js';
import type { Rung } from '../../search/stopper.js';
import { counted } from '../../wording/counted.js';
import { percent } from '../../wording/numbers.js';
import type { RaceFacts, ScoreFacts } from '../facts/facts.js';
import { trialLabel } from '../point-label.js';

/** How a sweep dropped configurations before all of their runs were trained. */
export interface RaceReport {
  /** In the order in which they were decided. */
  readonly rungs: readonly RaceRung[];
  readonly dropped: readonly DroppedConfiguration[];
  readonly epochs: {
    readonly trained: number;
    /** If every run trained all of its epochs; null where programs alone know them. */
    readonly most: number | null;
  };
  /** All of it in a sentence. */
  readonly sentence: string;
}

export interface RaceRung {
  /** `epoch 5 of 1 seed`, and which generation where there are several. */
  readonly rung: string;
  readonly judged: number;
  readonly wentOn: number;
  /** Of the metric, among those that went on; null where nobody did. */
  readonly best: number | null;
}

/** Too few of its runs are trained to rank it. */
export interface DroppedConfiguration {
  readonly trialId: string;
  readonly label: string;
  readonly after: string;
  /** Of the metric, mean over the seeds of the rung; null without any. */
  readonly value: number | null;
  /** The best of those that went on. */
  readonly best: number | null;
  /** Over all of its runs. */
  readonly epochs: number;
}

/** Null for a sweep that has decided at no rung. */
export function raceReport({ sweep, trials, race }: RacedSweep): RaceReport | null {
  if (race === null) return null;
  const generations = generationsOf(race.rungs);
  const nameOf = rungNames(generations);
  const dropped = droppedIn(trials, { ...race, nameOf }, GOAL_SIGNS[sweep.metric.goal]);
  const epochs = {
    trained: [...race.epochs.values()].reduce((sum, own) => sum + own, 0),
    most: mostEpochs(trials, race),
  };
  const told = generations.map((own) => own.map((rung) => raceRung(rung, nameOf)));
  const sentence = `${sentenceOf(told, epochs)}${rankedWords(rankedAnyway(trials, race))}`;
  return { rungs: told.flat(), dropped, epochs, sentence };
}

/** How many were dropped while others went on, and have all of their results by now. */
function rankedAnyway(trials: ScoreFacts['trials'], { rungs }: RaceFacts): number {
  const left = new Set(trials.flatMap(({ dropped, trialId }) => (dropped === undefined ? [trialId] : [])));
  const overtaken = rungs.flatMap(({ going, dropped }) => (going.length === 0 ? [] : dropped));
  return new Set(overtaken.flatMap(({ trialId }) => (left.has(trialId) ? [trialId] : []))).size;
}

function rankedWords(count: number): string {
  if (count === 0) return '';
  return ` ${counted(count, 'dropped configuration')} ${count === 1 ? 'has its' : 'have their'} results from another sweep or launch, and ${count === 1 ? 'is' : 'are'} ranked.`;
}

function raceRung(decision: RungDecision, nameOf: RungNames): RaceRung {
  const { going, dropped, best } = decision;
  return { rung: nameOf(decision), judged: going.length + dropped.length, wentOn: going.length, best };
}

type RungNames = (decision: RungDecision) => string;

/** The rungs of each generation: every one begins at the first rung again. */
function generationsOf(rungs: readonly RungDecision[]): readonly (readonly RungDecision[])[] {
  const generations: RungDecision[][] = [];
  for (const decision of rungs) {
    const before = generations.at(-1)?.at(-1);
    if (before !== undefined && isLater(decision.rung, before.rung)) generations.at(-1)?.push(decision);
    else generations.push([decision]);
  }
  return generations;
}

function isLater({ seeds, epochs = Number.POSITIVE_INFINITY }: Rung, before: Rung): boolean {
  return (
    seeds > before.seeds || (seeds === before.seeds && epochs > (before.epochs ?? Number.POSITIVE_INFINITY))
  );
}

function rungNames(generations: readonly (readonly RungDecision[])[]): RungNames {
  const names = new Map(
    generations.flatMap((own, at) =>
      own.map((decision) => {
        const of = generations.length > 1 ? `, generation ${at + 1}` : '';
        return [decision, `${rungText(decision.rung)}${of}`] as const;
      }),
    ),
  );
  return (decision) => names.get(decision) as string;
}

type RacedSweep = Pick<ScoreFacts, 'sweep' | 'trials' | 'race'>;

/** Those that came farthest first, and of a rung the best. */
function droppedIn(
  trials: ScoreFacts['trials'],
  { rungs, epochs, nameOf }: RaceFacts & { readonly nameOf: RungNames },
  sign: 1 | -1,
): readonly DroppedConfiguration[] {
  const left = new Map(
    trials.filter(({ dropped }) => dropped !== undefined).map((trial) => [trial.trialId, trial]),
  );
  const worth = ({ value }: DroppedTrial): number =>
    value === null ? Number.NEGATIVE_INFINITY : sign * value;
  return rungs.toReversed().flatMap((decision) =>
    decision.dropped
      .toSorted((a, b) => (worth(a) === worth(b) ? 0 : worth(b) - worth(a)))
      .flatMap(({ trialId, value }) => {
        const trial = left.get(trialId);
        if (trial === undefined) return [];
        const { best } = decision;
        const after = nameOf(decision);
        return { trialId, label: trialLabel(trial), after, value, best, epochs: epochs.get(trialId) ?? 0 };
      }),
  );
}

function mostEpochs(trials: ScoreFacts['trials'], { seeds }: RaceFacts): number | null {
  let most = 0;
  for (const { config } of trials) {
    const own = numberIn(config, 'epochs');
    if (own === undefined) return null;
    most += own * seeds;
  }
  return most;
}

/** `4 of 12 configurations went on after epoch 5 of 1 seed, 2 after 2 seeds; 41 % of the epochs were trained.` */
function sentenceOf(
  generations: readonly (readonly RaceRung[])[],
  { trained, most }: RaceReport['epochs'],
): string {
  const steps = generations.length > 1 ? stepsOfAll(generations) : stepsOf(generations[0] ?? []);
  return most === null ? `${steps}.` : `${steps}; ${percent(trained / most)} of the epochs were trained.`;
}

/** `20 of 33 configurations went on after the last rungs of 2 generations`. */
function stepsOfAll(generations: readonly (readonly RaceRung[])[]): string {
  const sum = (of: (rungs: readonly RaceRung[]) => number | undefined): number =>
    generations.reduce((all, rungs) => all + (of(rungs) ?? 0), 0);
  const judged = counted(
    sum(([first]) => first?.judged),
    'configuration',
  );
  return `${sum((rungs) => rungs.at(-1)?.wentOn)} of ${judged} went on after the last rungs of ${generations.length} generations`;
}

function stepsOf(rungs: readonly RaceRung[]): string {
  const dropping = rungs.filter(({ judged, wentOn }) => 0 < wentOn && wentOn < judged);
  const [first, ...others] = dropping;
  if (first === undefined) return 'No configuration was dropped';
  return [
    `${first.wentOn} of ${counted(first.judged, 'configuration')} went on after ${first.rung}`,
    ...(others.length > 4
      ? [`${others.at(-1)?.wentOn} after ${others.at(-1)?.rung}`]
      : others.map(({ wentOn, rung }) => `${wentOn} after ${rung}`)),
  ].join(', ');
}
