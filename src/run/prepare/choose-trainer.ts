import { UserError } from '../../errors.js';
import { enginesIn } from '../../plan/engines.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import { loadTrainer } from '../../train/load-trainer.js';
import type { Trainer } from '../../train/trainer.js';

/** What decides the trainers of a launch beside its spec. */
export interface EngineChoice {
  /** The engine of networks that the launch names, instead of the spec. */
  readonly wanted?: string | undefined;
  /** What an earlier launch of the sweep recorded as its engine. */
  readonly recorded?: string | undefined;
}

/** The trainers of a spec's spaces, in their order; each is loaded once. Throws UserError if the launch names one for trees alone. */
export async function chooseTrainers(
  { spaces }: Pick<SweepSpec, 'spaces'>,
  { wanted, recorded }: EngineChoice,
): Promise<readonly Trainer[]> {
  if (wanted !== undefined && spaces.every(({ trainer }) => trainer === 'trees')) {
    throw new UserError(`the engine ${wanted} trains networks, and the sweep's model is trees`, {
      where: '--engine',
      fix: 'Leave --engine out.',
    });
  }
  const nameOf = ({ trainer }: SweepSpec['spaces'][number]): string =>
    trainer === 'trees' ? trainer : (wanted ?? trainer);
  const loaded = new Map<string, Trainer>();
  for (const name of new Set(spaces.map(nameOf))) loaded.set(name, await chooseTrainer(name, recorded));
  return spaces.map((space) => loaded.get(nameOf(space)) as Trainer);
}

/**
 * `auto` keeps the trainer of the sweep's existing results if it still loads, so that a faster one, installed later, does not train
 * everything again.
 */
async function chooseTrainer(requested: string, recorded = ''): Promise<Trainer> {
  const recordedId = networkEngine(recorded);
  if (requested !== 'auto' || recordedId === undefined) return loadTrainer(requested);
  try {
    const trainer = await loadTrainer(trainerName(recordedId));
    if (trainer.id === recordedId) return trainer;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  return loadTrainer('auto');
}

/** The id of the trainer of networks among those that a sweep is recorded with; undefined for a sweep of trees. */
export function networkEngine(recorded: string): string | undefined {
  return enginesIn(recorded).find((id) => id !== '' && trainerName(id) !== 'trees');
}

/** The name that loads a trainer, from its id: `tfjs/wasm@2` → `tfjs/wasm`. */
export function trainerName(id: string): string {
  return id.split('@')[0] ?? id;
}
