import { numberIn } from '../../knobs/knob-value.js';
import { rungText } from '../../search/decide-rung.js';
import type { RungDecision } from '../../search/decision.js';
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
  /** `epoch 5 of 1 seed`. */
  readonly rung: string;
  readonly judged: number;
  readonly wentOn: number;
  /** Of the metric, among those that went on but the baselines; null where none did. */
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
export function raceReport({ trials, race }: Pick<ScoreFacts, 'trials' | 'race'>): RaceReport | null {
  if (race === null) return null;
  const dropped = droppedIn(trials, race);
  const epochs = {
    trained: [...race.epochs.values()].reduce((sum, own) => sum + own, 0),
    most: mostEpochs(trials, race),
  };
  const rungs = race.rungs.map((own) => ({
    rung: rungText(own.rung),
    judged: own.going.length + own.dropped.length,
    wentOn: own.going.length,
    best: own.best,
  }));
  return { rungs, dropped, epochs, sentence: sentenceOf(rungs, epochs) };
}

function droppedIn(
  trials: ScoreFacts['trials'],
  { rungs, epochs }: RaceFacts,
): readonly DroppedConfiguration[] {
  const ends = new Map(
    rungs.flatMap((decision: RungDecision) =>
      decision.dropped.map(({ trialId, value }) => [trialId, { decision, value }] as const),
    ),
  );
  return trials.flatMap((trial) => {
    const end = ends.get(trial.trialId);
    if (end === undefined || trial.dropped === undefined) return [];
    const { decision, value } = end;
    return {
      trialId: trial.trialId,
      label: trialLabel(trial),
      after: rungText(decision.rung),
      value,
      best: decision.best,
      epochs: epochs.get(trial.trialId) ?? 0,
    };
  });
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
function sentenceOf(rungs: readonly RaceRung[], { trained, most }: RaceReport['epochs']): string {
  const dropping = rungs.filter(({ judged, wentOn, best }) => wentOn < judged && best !== null);
  const [first, ...others] = dropping;
  const steps =
    first === undefined
      ? 'No configuration was dropped'
      : [
          `${first.wentOn} of ${counted(first.judged, 'configuration')} went on after ${first.rung}`,
          ...(others.length > 4
            ? [`${others.at(-1)?.wentOn} after ${others.at(-1)?.rung}`]
            : others.map(({ wentOn, rung }) => `${wentOn} after ${rung}`)),
        ].join(', ');
  return most === null ? `${steps}.` : `${steps}; ${percent(trained / most)} of the epochs were trained.`;
}
