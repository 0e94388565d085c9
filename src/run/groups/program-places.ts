import { dataKnobsOf } from '../../knobs/data-knobs.js';
import type { DataFiles } from '../../program.js';
import { localPath } from '../../store/server-address.js';
import type { AnyTrainer } from '../../train/trainer.js';
import type { RunSweepOptions } from '../sweep-options.js';
import type { TaskPlace } from '../threads/messages.js';
import { type DatasetChoice, datasetKey } from './run-datasets.js';

/** Where runs of programs find their table, and which of them train on which device. */
export interface ProgramPlaces {
  /** Waits until a device is free; undefined for a trainer that runs no program. */
  take(trainer: Pick<AnyTrainer, 'program'>, choice: DatasetChoice): Promise<TaskPlace | undefined>;
  giveBack(trainer: Pick<AnyTrainer, 'program'>, place: TaskPlace | undefined): void;
}

/** The folder of the tables that programs of a database read. */
export function dataFolderOf(db: string): string {
  return `${localPath(db)}-data`;
}

export function programPlaces(
  options: Pick<RunSweepOptions, 'plan' | 'checkpoints' | 'writeFiles' | 'dataFolder' | 'splits' | 'workers'>,
): ProgramPlaces {
  const { plan, checkpoints, writeFiles, dataFolder, splits, workers } = options;
  const written = new Map<string, Promise<DataFiles>>();
  const gpus = new Devices();
  const places = new Devices();
  const placeNames = Array.from({ length: workers }, (_, slot) => String(slot));
  /** Programs share the devices, whatever else they are. */
  const devicesOf = ({ program }: Pick<AnyTrainer, 'program'>) =>
    program?.type === 'command' && program.gpus.length > 0
      ? { devices: gpus, names: program.gpus }
      : { devices: places, names: placeNames };
  const files = (choice: DatasetChoice): Promise<DataFiles> | null => {
    if (writeFiles === undefined || dataFolder === undefined) return null;
    const key = datasetKey(choice, splits !== undefined);
    const own = written.get(key) ?? writeFiles(dataKnobsOf(choice.config), choice.seed, dataFolder);
    written.set(key, own);
    return own;
  };
  return {
    async take(trainer, choice) {
      const { program } = trainer;
      if (program === undefined) return undefined;
      if (checkpoints === undefined) throw new RangeError('programs need a folder: pass `checkpoints`');
      // Before a device is taken: it may fail.
      const own = program.type === 'command' ? await files(choice) : null;
      const { devices, names } = devicesOf(trainer);
      const slot = await devices.take(names);
      return {
        files: own,
        folder: checkpoints.folder,
        sweep: plan.spec.name,
        slot,
      };
    },
    giveBack(trainer, place) {
      if (place === undefined) return;
      const { devices, names } = devicesOf(trainer);
      devices.giveBack(names[place.slot]);
    },
  };
}

/** Names that one run has at a time, whichever program it is of. */
class Devices {
  readonly #busy = new Set<string>();
  readonly #waiting: (() => boolean)[] = [];

  /** Waits until one of the names is free; gives its place among them, the lowest. */
  async take(names: readonly string[]): Promise<number> {
    return new Promise((resolve) => {
      const attempt = (): boolean => {
        const place = names.findIndex((name) => !this.#busy.has(name));
        const name = names[place];
        if (name === undefined) return false;
        this.#busy.add(name);
        resolve(place);
        return true;
      };
      if (!attempt()) this.#waiting.push(attempt);
    });
  }

  giveBack(name: string | undefined): void {
    if (name === undefined || !this.#busy.delete(name)) return;
    const served = this.#waiting.findIndex((attempt) => attempt());
    if (served >= 0) this.#waiting.splice(served, 1);
  }
}
