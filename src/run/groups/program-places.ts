import { dataKnobsOf } from '../../knobs/data-knobs.js';
import type { DataFiles } from '../../program.js';
import type { AnyTrainer } from '../../train/trainer.js';
import type { RunSweepOptions } from '../sweep-options.js';
import type { TaskPlace } from '../threads/messages.js';
import { type DatasetChoice, datasetKey } from './run-datasets.js';

/** Where runs of programs find their table, and which of them train on which device. */
export interface ProgramPlaces {
  /** Waits until a device is free; undefined for a trainer that runs no program. */
  take(trainer: Pick<AnyTrainer, 'id' | 'program'>, choice: DatasetChoice): Promise<TaskPlace | undefined>;
  giveBack(trainer: Pick<AnyTrainer, 'id'>, place: TaskPlace | undefined): void;
}

/** The folder of the tables that programs of a database read. */
export function dataFolderOf(db: string): string {
  return `${db}-data`;
}

export function programPlaces(
  options: Pick<RunSweepOptions, 'plan' | 'checkpoints' | 'writeFiles' | 'dataFolder' | 'splits' | 'workers'>,
): ProgramPlaces {
  const { plan, checkpoints, writeFiles, dataFolder, splits, workers } = options;
  const written = new Map<string, Promise<DataFiles>>();
  const slots = new Map<string, Slots>();
  const files = (choice: DatasetChoice): Promise<DataFiles> | null => {
    if (writeFiles === undefined || dataFolder === undefined) return null;
    const key = datasetKey(choice, splits !== undefined);
    const own = written.get(key) ?? writeFiles(dataKnobsOf(choice.config), choice.seed, dataFolder);
    written.set(key, own);
    return own;
  };
  return {
    async take({ id, program }, choice) {
      if (program === undefined) return undefined;
      if (checkpoints === undefined) throw new RangeError('programs need a folder: pass `checkpoints`');
      const own = slots.get(id) ?? new Slots(devicesOf(program, workers));
      slots.set(id, own);
      const slot = await own.take();
      return {
        files: program.type === 'command' ? await files(choice) : null,
        folder: checkpoints.folder,
        sweep: plan.spec.name,
        slot,
      };
    },
    giveBack({ id }, place) {
      if (place !== undefined) slots.get(id)?.giveBack(place.slot);
    },
  };
}

/** How many runs of a program may train at the same time. */
function devicesOf(program: NonNullable<AnyTrainer['program']>, workers: number): number {
  return program.type === 'command' && program.gpus.length > 0 ? program.gpus.length : workers;
}

/** Numbers that one run has at a time, the lowest first. */
class Slots {
  readonly #free: number[];
  readonly #waiting: ((slot: number) => void)[] = [];

  constructor(count: number) {
    this.#free = Array.from({ length: count }, (_, slot) => slot);
  }

  async take(): Promise<number> {
    const slot = this.#free.shift();
    return slot ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  giveBack(slot: number): void {
    const next = this.#waiting.shift();
    if (next !== undefined) next(slot);
    else this.#free.push(slot);
    this.#free.sort((a, b) => a - b);
  }
}
