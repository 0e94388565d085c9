import { numberIn } from '../../knobs/knob-value.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import { rungText } from '../../search/decide-rung.js';
import type { DroppedTrial } from '../../search/decision.js';
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
export function raceReport({ sweep, trials, race }: RacedSweep): RaceReport | null {
  if (race === null) return null;
  const dropped = droppedIn(trials, race, GOAL_SIGNS[sweep.metric.goal]);
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

type RacedSweep = Pick<ScoreFacts, 'sweep' | 'trials' | 'race'>;

/** Those that came farthest first, and of a rung the best. */
function droppedIn(
  trials: ScoreFacts['trials'],
  { rungs, epochs }: RaceFacts,
  sign: 1 | -1,
): readonly DroppedConfiguration[] {
  const left = new Map(
    trials.filter(({ dropped }) => dropped !== undefined).map((trial) => [trial.trialId, trial]),
  );
  const worth = ({ value }: DroppedTrial): number =>
    value === null ? Number.NEGATIVE_INFINITY : sign * value;
  return rungs.toReversed().flatMap(({ rung, dropped, best }) =>
    dropped
      .toSorted((a, b) => (worth(a) === worth(b) ? 0 : worth(b) - worth(a)))
      .flatMap(({ trialId, value }) => {
        const trial = left.get(trialId);
        if (trial === undefined) return [];
        const after = rungText(rung);
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
