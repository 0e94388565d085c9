import type { MetricValues } from '../metric.js';
import type { EpochRecord, RunState } from '../sweep.js';
import type { KeptCheckpoint, StoreEvent } from './events.js';
import type { RecordedDecision } from './reader.js';
import type { SweepRecord } from './sweep-record.js';

/** A request to claim runs. */
export interface ClaimRequest {
  readonly sweep: string;
  /** Run ids, the most important first. */
  readonly runs: readonly string[];
  readonly most: number;
  /** How long the claims are valid without a sign of life. */
  readonly leaseMs: number;
}

/** The right to train a run. */
export interface Claim {
  readonly runId: string;
  /** Fencing token: a later claim of the run has a larger one. */
  readonly token: number;
}

/** A run that writers which join its sweep may train now. */
export interface OfferedRun {
  readonly sweep: string;
  readonly runId: string;
  /** The epoch after which it pauses; to its end without. */
  readonly pauseAfter?: number | undefined;
}

/** A file that workers need to train for a sweep. */
export interface ShippedFile {
  /** From the folder of the spec, with `/`. */
  readonly path: string;
  /** Its bytes, compressed by gzip. */
  readonly gzip: Uint8Array;
}

/** What is left of the offers of a sweep. */
export interface OffersLeft {
  /** That nobody has claimed. */
  readonly waiting: number;
  readonly claimed: number;
}

/**
 * Writes sweeps. One writer holds a sweep; others may join it and train what they claim. Every method is one durable transaction,
 * and a call that is refused writes nothing.
 */
export interface SweepWriter {
  /**
   * Takes hold of the sweep, records a launch with its plan, and returns the state of each of its runs. An existing sweep of that
   * name gets the trials of this plan in place of its own, and keeps the results of runs that both have. Throws UserError if the
   * name belongs to another dataset, or while another living process holds the sweep.
   */
  open(sweep: SweepRecord): Promise<ReadonlyMap<string, RunState>>;
  /** Adds the trials and runs of the record to a sweep that this writer holds; returns the state of each of its runs. */
  extend(sweep: SweepRecord): Promise<ReadonlyMap<string, RunState>>;
  /** Joins a sweep that another writer holds, to claim runs and record those that it claimed. */
  join(sweep: string): Promise<void>;
  /** Failed attempts of the sweep's runs since their last retry by hand, by run id; runs without any are left out. */
  failures(sweep: string): Promise<ReadonlyMap<string, number>>;
  /** The state that each of these runs has now: another sweep that has it may train it. */
  states(runIds: readonly string[]): Promise<ReadonlyMap<string, RunState>>;
  /** Validation metrics of the sweep's finished runs by run id. */
  scores(sweep: string): Promise<ReadonlyMap<string, MetricValues>>;
  /** Epochs of these runs so far, in order, by run id, of finished ones and others; runs without any are left out. */
  epochs(runIds: readonly string[]): Promise<ReadonlyMap<string, readonly EpochRecord[]>>;
  /** The decisions of the search so far, in order of step. */
  decisions(sweep: string, search: string): Promise<readonly RecordedDecision[]>;
  /**
   * Claims, in the order given, runs of a sweep that this writer holds or joined, unless they are finished, given up, or claimed
   * by another writer, for this sweep or for another one that has them too; claims of processes that are gone do not count. A
   * pruned run can be claimed like a waiting one.
   */
  claim(request: ClaimRequest): Promise<readonly Claim[]>;
  /**
   * Claims the first offers of a sweep that this writer holds or joined. What was read of them before may be another writer's by
   * now, where many claim at a time.
   */
  claimOffered(request: Omit<ClaimRequest, 'runs'>): Promise<readonly (Claim & OfferedRun)[]>;
  /**
   * Offers runs of a sweep that this writer holds to those that join it, most important first, in place of what it offered before.
   * The event that says that a run is complete, failed or pruned ends its offer. Another holder of the sweep ends them all.
   */
  offer(sweep: string, offers: readonly Omit<OfferedRun, 'sweep'>[]): Promise<void>;
  /** The first offers that nobody has claimed, of a sweep or of all, by the name of the sweep and then in the order of the offer. */
  offers(request: {
    readonly sweep?: string | undefined;
    readonly most: number;
  }): Promise<readonly OfferedRun[]>;
  /** Keeps files for those that join a sweep which this writer holds, in place of those that it kept before. */
  ship(sweep: string, files: readonly ShippedFile[]): Promise<void>;
  /** The files of a sweep, by path. */
  shipped(sweep: string): Promise<readonly ShippedFile[]>;
  /** Where runs can go on, by run id; those of which no such event was recorded, or that have ended, are left out. */
  checkpoints(runIds: readonly string[]): Promise<ReadonlyMap<string, KeptCheckpoint>>;
  /** Forgets the offers, the files and the checkpoints of a sweep that this writer holds: its workers have nothing left to do. */
  endQueue(sweep: string): Promise<void>;
  /** How many offers of a sweep are left. */
  offersLeft(sweep: string): Promise<OffersLeft>;
  /**
   * Applies events in order. Throws UserError, and writes nothing, if another process has taken a sweep over or has claimed one of
   * the runs since.
   */
  record(events: readonly StoreEvent[]): Promise<void>;
  /** Gives a sign of life, which renews claims, and returns whether somebody asked to stop. Throws UserError like `record`. */
  beat(): Promise<'go on' | 'stop'>;
  /** Releases the sweeps and the claims. */
  close(): Promise<void>;
}
