import { setTimeout as delay } from 'node:timers/promises';
import type { SharedDataset } from '../../data/dataset.js';
import { UserError } from '../../errors.js';
import type { ProgramConfig } from '../../program.js';
import type { EpochRecord } from '../../sweep.js';
import { duration } from '../../wording/duration.js';
import { epochRecord } from '../answer/epoch-line.js';
import { mayPause, type Pause } from '../answer/pause.js';
import { isFields } from '../answer/told-metrics.js';
import { quoted, wrongAnswer } from '../answer/wrong-answer.js';
import type { RunJob, Training } from '../trainer.js';
import type { ModuleData, ModuleEpoch, ModuleRun, ModuleTrain } from './define-trainer.js';

/** How often the stop flag is looked at for a module that waits. */
const LOOK_EVERY_MS = 100;
/** How long a module may go on after a stop, and after its time is over, until it is left to itself. */
const STOP_GRACE_MS = 10_000;
const TIMEOUT_GRACE_MS = 5_000;

interface TaskOptions {
  readonly job: RunJob<ProgramConfig>;
  readonly training: Training<ProgramConfig>;
  readonly sweep: string;
  readonly checkpoints: string;
  readonly timeoutMs: number | null;
}

/** The call of a module for one run. */
export class ModuleTask {
  readonly epochs: EpochRecord[] = [];
  /** Unix time in milliseconds. */
  private readonly deadline: number;
  private stopAskedAt: number | undefined;
  /** The first epoch that was told wrongly; the module may have caught it. */
  private wrongEpoch: UserError | undefined;
  private hasEnded = false;

  constructor(private readonly options: TaskOptions) {
    this.deadline = Date.now() + (options.timeoutMs ?? Number.POSITIVE_INFINITY);
  }

  /**
   * What the module returns; undefined where it was asked to stop and has no result, its epochs where it should pause and has none.
   * Rejects with the error of the module.
   */
  async train(train: ModuleTrain): Promise<{ readonly value: unknown } | Pause | undefined> {
    const ended = new AbortController();
    try {
      const value = await Promise.race([this.call(train), this.overdue(ended.signal)]);
      if (value === undefined && this.stopAskedAt !== undefined) return undefined;
      this.requireFit();
      if (value === undefined || value === null) {
        if (mayPause(this.options.job, this.epochs)) return { paused: this.epochs };
        const fix = 'Return `{ validation: { predictions }, test: { predictions } }`.';
        throw wrongAnswer('the module', '`train` returned nothing', fix);
      }
      if (isFields(value) && 'error' in value && !('validation' in value)) {
        const fix = "Throw it, with the reason: `throw new Error('out of memory')`.";
        throw wrongAnswer('the module', '`train` returned an `error`, not a result', fix);
      }
      return { value };
    } catch (error) {
      if (this.stopAskedAt !== undefined) return undefined;
      this.requireFit();
      throw error;
    } finally {
      this.hasEnded = true;
      ended.abort();
    }
  }

  private async call(train: ModuleTrain): Promise<unknown> {
    const { job, training, sweep, checkpoints, timeoutMs } = this.options;
    const { model: _model, ...config } = job.config;
    const run: ModuleRun = {
      config,
      seed: job.seed,
      run: { id: job.runId, sweep },
      data: moduleData(training.dataset),
      checkpoints,
      deadline: timeoutMs === null ? null : this.deadline / 1000,
      epoch: (told) => this.takeEpoch(told),
      shouldStop: () => this.shouldStop(),
    };
    return (await train(run)) ?? undefined;
  }

  private takeEpoch(told: ModuleEpoch): void {
    if (this.hasEnded) throw new Error('this run has ended, and takes no epochs any more');
    const { job, training } = this.options;
    try {
      if (!isFields(told)) throw wrongAnswer('epoch()', `it got ${quoted(told)}, not an object`);
      const record = epochRecord(told, this.epochs.at(-1)?.epoch ?? 0, 'epoch()');
      this.epochs.push(record);
      training.onEpoch(job.runId, record);
    } catch (error) {
      if (error instanceof UserError) this.wrongEpoch ??= error;
      throw error;
    }
  }

  private shouldStop(): boolean {
    if (this.options.training.shouldStop()) this.stopAskedAt ??= Date.now();
    return (
      this.stopAskedAt !== undefined || Date.now() >= this.deadline || mayPause(this.options.job, this.epochs)
    );
  }

  /** Ends when the module has had its time and more. Until then it shows that the run is alive, for modules that only wait. */
  private async overdue(signal: AbortSignal): Promise<undefined> {
    const lastMoment = () =>
      Math.min(
        this.deadline + TIMEOUT_GRACE_MS,
        (this.stopAskedAt ?? Number.POSITIVE_INFINITY) + STOP_GRACE_MS,
      );
    while (Date.now() < lastMoment()) {
      await delay(LOOK_EVERY_MS, undefined, { signal });
      this.shouldStop();
    }
    return undefined;
  }

  /** Refuses what came too late, or after a wrong epoch. */
  private requireFit(): void {
    const { timeoutMs } = this.options;
    if (this.wrongEpoch !== undefined) throw this.wrongEpoch;
    if (timeoutMs === null || Date.now() < this.deadline) return;
    throw new Error(`timed out: a run may take ${duration(timeoutMs / 1000)}`);
  }
}

/** What a module sees of a dataset; nothing of one that has only the labels that programs told. */
function moduleData(dataset: SharedDataset | undefined): ModuleData | null {
  if (dataset === undefined || dataset.featureCount === 0) return null;
  const { rowCount, featureCount, featureNames, features, labels, split, classNames, rareClasses } = dataset;
  return { rowCount, featureCount, featureNames, features, labels, split, classNames, rareClasses };
}
