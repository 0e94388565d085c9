import { hostname } from 'node:os';
import type {
  AnyConfig,
  ColumnImportance,
  EpochRecord,
  Run,
  RunResult,
  RunState,
  Trial,
} from '../../sweep.js';
import type { KeptCheckpoint } from '../events.js';
import { chooseId } from '../query/choose-id.js';
import { unknownSweep } from '../refusals.js';
import type {
  AttemptRow,
  DatasetRecord,
  FoundId,
  Holder,
  ScoredSplit,
  ShippedFile,
  SweepChoices,
  SweepRecord,
} from '../store.js';

/** The content of a store in memory. Results are kept unchanged; fingerprints turn them into rows. */
export interface MemoryState {
  /** The name of the store, for errors. */
  readonly where: string;
  readonly sweeps: Map<string, MemorySweep>;
  readonly datasets: Map<string, DatasetRecord>;
  readonly trials: Map<string, MemoryTrial>;
  readonly runs: Map<string, MemoryRun>;
  readonly attempts: MemoryAttempt[];
  launches: number;
  /** The last token of a claim. */
  tokens: number;
}

export interface MemorySweep {
  /** As launched last; for its trials and runs see below. */
  record: SweepRecord;
  readonly launches: { readonly order: number; readonly atMs: number; readonly environment: string }[];
  /** In the order of the plan, by trial id. */
  readonly trials: Map<string, Trial>;
  readonly runs: Set<string>;
  /** By search, then step. */
  readonly decisions: Map<string, Map<number, unknown>>;
  readonly claims: Map<string, MemoryClaim>;
  /** The epochs at which offered runs pause, by run id, most important first. */
  readonly offers: Map<string, number | undefined>;
  /** For workers, by path. */
  shipped: readonly ShippedFile[];
  /** Of the last launch. */
  choices: SweepChoices | undefined;
  holder: MemoryHolder | undefined;
  /** Grows by one with every holder. */
  token: number;
}

export interface MemoryHolder {
  readonly sinceMs: number;
  stopRequested: boolean;
}

export interface MemoryClaim {
  readonly token: number;
  readonly leaseMs: number;
  expiresAtMs: number;
}

/** A trial, with everything that decides its results. */
export interface MemoryTrial {
  readonly config: AnyConfig;
  readonly engine: string;
  readonly sweep: SweepRecord;
}

export interface MemoryRun {
  readonly run: Run;
  state: RunState;
  error: string | null;
  attempts: number;
  failures: number;
  durationMs: number | null;
  /** Without its logits and draws, and without what columns mean. */
  result: RunResult | undefined;
  columnImportance: readonly ColumnImportance[] | undefined;
  scoreDraws: RunResult['scoreDraws'] | undefined;
  /** Of the validation rows; kept while a report may want them. */
  /** By split, if they are kept. */
  logits: { readonly [split in ScoredSplit]?: Uint16Array | undefined };
  /** The bytes of a model file, if it is kept. */
  model: Uint8Array | undefined;
  log: Uint8Array | undefined;
  /** Where it can go on, until it has ended. */
  checkpoint: KeptCheckpoint | undefined;
  /** By epoch. */
  readonly liveEpochs: Map<number, EpochRecord>;
}

export type MemoryAttempt = { -readonly [name in keyof AttemptRow]: AttemptRow[name] } & {
  readonly sweep: string;
};

export function emptyState(where: string): MemoryState {
  return {
    where,
    sweeps: new Map(),
    datasets: new Map(),
    trials: new Map(),
    runs: new Map(),
    attempts: [],
    launches: 0,
    tokens: 0,
  };
}

/** Who holds a sweep: this process, the only one that can. */
export function holderOf({ holder }: MemorySweep): Holder | undefined {
  return holder && { pid: process.pid, host: hostname(), sinceMs: holder.sinceMs };
}

/** The sweep of that name. Throws UserError with "did you mean" if there is none. */
export function knownSweep({ sweeps, where }: MemoryState, name: string): MemorySweep {
  const sweep = sweeps.get(name);
  if (sweep === undefined) throw unknownSweep(where, name, [...sweeps.keys()]);
  return sweep;
}

/** The run of that id; a run that was never planned is a bug. */
export function plannedRun({ runs }: MemoryState, runId: string): MemoryRun {
  const run = runs.get(runId);
  if (run === undefined) throw new Error(`the run ${runId} was never planned`);
  return run;
}

/** The epochs so far of a run without a result, in order. */
export function liveEpochs({ liveEpochs: epochs }: MemoryRun): readonly EpochRecord[] {
  return [...epochs.values()].toSorted((a, b) => a.epoch - b.epoch);
}

/** The sweep's runs by trial position, then seed. */
export function runsInOrder(state: MemoryState, sweep: MemorySweep): readonly MemoryRun[] {
  const positions = new Map([...sweep.trials.keys()].map((trialId, position) => [trialId, position]));
  const place = ({ run }: MemoryRun) => positions.get(run.trialId) ?? 0;
  return [...sweep.runs]
    .map((runId) => plannedRun(state, runId))
    .toSorted((a, b) => place(a) - place(b) || a.run.seed - b.run.seed);
}

/** The run or trial whose id starts like this; null if there is none. Throws UserError if there are several. */
export function foundId(
  state: MemoryState,
  start: string,
  kinds: readonly FoundId['kind'][] = ['run', 'trial'],
): FoundId | null {
  const found = kinds.flatMap((kind) =>
    [...(kind === 'run' ? state.runs : state.trials).keys()]
      .filter((id) => id.startsWith(start))
      .toSorted()
      .map((id) => ({ kind, id })),
  );
  return chooseId(found, { start, kinds, where: state.where });
}
