import { UserError } from '../../errors.js';
import type { StopSetting } from '../stop-setting.js';
import { knobValues, type Space } from '../sweep-spec.js';
import type { YamlDocument } from '../yaml-document.js';
import { type EarlyTerminateInput, STOP_TYPES, type StopInput } from './stop-schema.js';

/** What `stopOf` needs of a spec. */
interface Stopped {
  readonly stop?: StopInput | undefined;
  readonly early_terminate?: EarlyTerminateInput | undefined;
}

interface Trained {
  readonly spaces: readonly Space[];
  readonly seeds: number;
}

/** The first epoch at which anybody is dropped, unless the spec says another; of the last one chosen by bench/replay. */
export const GRACE_EPOCHS = {
  median: 5,
  successive_halving: 5,
  hyperband: 5,
  halving_then_racing: 3,
} as const;
export const ETA = 2;
const WANDB_ETA = 3;
/** Where no epochs are known, which are a program's own. */
const MOST_EPOCHS = 100;

/** Either says it in a spec. */
export const STOP_KEYS = ['stop', 'early_terminate'] as const;

/** How a spec drops configurations early. Throws UserError with the place for settings that do nothing or contradict each other. */
export function stopOf(input: Stopped, trained: Trained, yaml: YamlDocument): StopSetting {
  const { stop, early_terminate: wandb } = input;
  if (wandb === undefined && (stop === undefined || stop.type === 'none')) return { type: 'none' };
  const refuse = refusal(stop === undefined ? 'early_terminate' : 'stop', yaml);
  if (stop !== undefined && wandb !== undefined) {
    throw refuse(undefined, '`early_terminate` says the same', 'Keep one of the two.');
  }
  const epochs = mostEpochs(trained.spaces);
  if (stop !== undefined) return settingOf(stop, { ...trained, epochs }, refuse);
  return wandbSetting(wandb as EarlyTerminateInput, epochs, refuse);
}

type Refuse = (key: string | undefined, what: string, fix: string) => UserError;

function refusal(section: string, yaml: YamlDocument): Refuse {
  return (key, what, fix) =>
    new UserError(`${key === undefined ? section : `${section}.${key}`}: ${what}`, {
      where: yaml.locate(key === undefined ? [section] : [section, key]),
      fix,
    });
}

/** The keys of each type beside its own name. */
const KEYS: { readonly [type in StopSetting['type']]: readonly (keyof StopInput)[] } = {
  none: [],
  median: ['grace', 'every'],
  successive_halving: ['grace', 'eta'],
  hyperband: ['grace', 'eta'],
  halving_then_racing: ['grace', 'eta', 'max_seeds'],
};

function settingOf(
  stop: StopInput,
  { epochs, seeds }: { readonly epochs: number; readonly seeds: number },
  refuse: Refuse,
): StopSetting {
  const { type, eta = ETA, every = 1, max_seeds: maxSeeds = seeds } = stop;
  const { grace = type === 'none' ? 0 : GRACE_EPOCHS[type] } = stop;
  const foreign = (['grace', 'eta', 'every', 'max_seeds'] as const).find(
    (key) => stop[key] !== undefined && !KEYS[type].includes(key),
  );
  if (foreign !== undefined) {
    const owners = STOP_TYPES.filter((other) => KEYS[other].includes(foreign));
    throw refuse(foreign, `${type} has no ${foreign}; it belongs to ${owners.join(', ')}`, 'Remove it.');
  }
  refuseLate('grace', grace, { epochs, refuse });
  if (maxSeeds > seeds) {
    throw refuse(
      'max_seeds',
      `the sweep has ${seeds} seeds`,
      `Write ${seeds} or fewer, or raise \`seeds:\`.`,
    );
  }
  switch (type) {
    case 'none':
      return { type };
    case 'median':
      return { type, grace, every };
    case 'successive_halving':
      return { type, grace, eta };
    case 'hyperband':
      return { type, rungs: rungsFrom(grace, eta, epochs), eta };
    case 'halving_then_racing':
      return { type, grace, eta, maxSeeds };
  }
}

/** With the bands of W&B's local controller. */
function wandbSetting(
  { min_iter: first, max_iter: last, s, eta = WANDB_ETA, strict }: EarlyTerminateInput,
  epochs: number,
  refuse: Refuse,
): StopSetting {
  if (first !== undefined && last !== undefined) {
    throw refuse(
      'max_iter',
      'it does not go together with `min_iter`',
      'Keep one of the two: `min_iter` alone, or `max_iter` with `s`.',
    );
  }
  if (first === undefined && last === undefined) {
    throw refuse(
      undefined,
      'it needs either `min_iter` or `max_iter`',
      'Write `early_terminate: {type: hyperband, min_iter: 5}`.',
    );
  }
  if ((last === undefined) !== (s === undefined)) {
    throw refuse(
      s === undefined ? undefined : 's',
      '`max_iter` and `s` belong together',
      'Write `max_iter: 27, s: 2`, or `min_iter` alone.',
    );
  }
  if (first !== undefined) refuseLate('min_iter', first, { epochs, refuse });
  const rungs = first === undefined ? rungsTo(last ?? 0, eta, s ?? 0) : rungsFrom(first, eta, epochs);
  const judged = rungs.filter((rung) => rung < epochs);
  if (judged.length === 0) {
    throw refuse(
      'max_iter',
      `no rung lies before the last of ${epochs} epochs`,
      'Write a smaller `eta`, or another `max_iter`.',
    );
  }
  return { type: 'hyperband', rungs: judged, eta, ...(strict === true && { strict }) };
}

/** The epoch after which somebody may be dropped first. */
export function firstRung(stop: Exclude<StopSetting, { type: 'none' }>): number {
  return stop.type === 'hyperband' ? (stop.rungs[0] ?? 0) : stop.grace;
}

/** `first`, `first` × `eta`, `first` × `eta`² and so on below the last epoch. */
export function rungsFrom(first: number, eta: number, epochs: number): readonly number[] {
  const rungs: number[] = [];
  for (let rung = first; rung < epochs; rung *= eta) rungs.push(rung);
  return rungs;
}

/** Each divided once more, from the last on; whole epochs, the first first. */
function rungsTo(last: number, eta: number, count: number): readonly number[] {
  const rungs = Array.from({ length: count }, (_, at) => Math.floor(last / eta ** (at + 1)));
  return [...new Set(rungs)].filter((rung) => rung >= 1).toSorted((a, b) => a - b);
}

function refuseLate(
  key: string,
  epoch: number,
  { epochs, refuse }: { readonly epochs: number; readonly refuse: Refuse },
): void {
  if (epoch < epochs) return;
  const least = Math.max(1, Math.min(GRACE_EPOCHS.median, Math.floor(epochs / 4)));
  throw refuse(
    key,
    `epoch ${epoch} is not before the last of ${epochs}, so nothing would be saved`,
    epochs < 2
      ? 'Remove the section: runs of one epoch cannot be judged early.'
      : `Write \`${key}: ${least}\`, or raise \`epochs\`.`,
  );
}

/** Of the configurations that train longest. */
export function mostEpochs(spaces: readonly Space[]): number {
  return Math.max(
    ...spaces.map((space) => {
      const epochs = knobValues(space, 'epochs').map(Number).filter(Number.isFinite);
      return epochs.length === 0 ? MOST_EPOCHS : Math.max(...epochs);
    }),
  );
}
