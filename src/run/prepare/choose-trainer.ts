import { dirname, resolve } from 'node:path';
import { UserError } from '../../errors.js';
import { enginesIn } from '../../plan/engines.js';
import { locateFirst } from '../../spec/locate.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import { loadTrainer, type TrainerSource } from '../../train/load-trainer.js';
import type { AnyTrainer } from '../../train/trainer.js';
import { requireFillableWords } from './fillable-words.js';
import { type ProgramHome, resolveProgram } from './resolve-program.js';

/** What decides the trainers of a launch beside its spec. */
export interface EngineChoice {
  /** The engine of networks that the launch names, instead of the spec. */
  readonly wanted?: string | undefined;
  /** What an earlier launch of the sweep recorded as its engine. */
  readonly recorded?: string | undefined;
  /** How many runs train at the same time. */
  readonly workers: number;
}

/** The trainers of a spec's spaces, in their order, and what people should know about programs. */
export interface ChosenTrainers {
  readonly trainers: readonly AnyTrainer[];
  readonly warnings: readonly string[];
}

/** Loads the trainers of a spec's spaces, each once. Throws UserError if the launch names an engine and no model is a network. */
export async function chooseTrainers(spec: SweepSpec, choice: EngineChoice): Promise<ChosenTrainers> {
  const { spaces } = spec;
  const { wanted, recorded, workers } = choice;
  if (wanted !== undefined && spaces.every(({ base }) => base.model !== 'mlp')) {
    throw new UserError(`the engine ${wanted} trains networks, and the sweep has none`, {
      where: '--engine',
      fix: 'Leave --engine out.',
    });
  }
  const loaded = new Map<string, AnyTrainer>();
  const load = async (source: TrainerSource): Promise<AnyTrainer> => {
    const name = typeof source === 'string' ? source : source.id;
    const trainer = loaded.get(name) ?? (await chooseTrainer(source, recorded));
    loaded.set(name, trainer);
    return trainer;
  };
  const trainers: AnyTrainer[] = [];
  const warnings = new Set<string>();
  for (const [at, space] of spaces.entries()) {
    const { name, trainer } = space;
    if (typeof trainer === 'string') {
      trainers.push(await load(trainer === 'trees' ? trainer : (wanted ?? trainer)));
      continue;
    }
    const layers = name === null ? [[]] : [['spaces', at], []];
    const locate: ProgramHome['locate'] = (key) =>
      locateFirst(spec, [...layers.map((layer) => [...layer, 'train', key]), [key]]);
    const folder = dirname(resolve(spec.file));
    const resolved = await resolveProgram(trainer, { folder, workers, locate });
    placed(locate('command'), () => requireFillableWords(resolved.program, space));
    for (const warning of resolved.warnings) warnings.add(warning);
    trainers.push(await load(resolved.program));
  }
  return { trainers, warnings: [...warnings] };
}

/** Gives the mistakes that some work finds their place in the spec. */
function placed(where: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.message, { where, fix: error.fix, cause: error });
  }
}

/**
 * `auto` keeps the trainer of the sweep's existing results if it still loads, so that a faster one, installed later, does not train
 * everything again.
 */
async function chooseTrainer(requested: TrainerSource, recorded = ''): Promise<AnyTrainer> {
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

/** Names of trainers that train no networks. */
const OTHERS: ReadonlySet<string> = new Set(['', 'trees', 'command', 'module']);

/** The id of the trainer of networks among those that a sweep is recorded with; undefined for a sweep of other models. */
export function networkEngine(recorded: string): string | undefined {
  return enginesIn(recorded).find((id) => !OTHERS.has(trainerName(id)));
}

/** The name that loads a trainer, from its id: `tfjs/wasm@2` → `tfjs/wasm`. */
export function trainerName(id: string): string {
  return id.split('@')[0] ?? id;
}
