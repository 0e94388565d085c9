import type { Bar } from 'cli-progress';
import { trialLabel } from '../../analysis/point-label.js';
import { type EpochWord, epochWord, KEPT } from '../../knobs/epoch-word.js';
import type { Metric, MetricName } from '../../metric.js';
import { isBetter } from '../../metrics/selection.js';
import { givenUpText } from '../../run/prepare/known-runs.js';
import type { LaunchOutcome, ProgressEvent } from '../../run/run-sweep.js';
import { rungText } from '../../search/decide-rung.js';
import type { RungDecision } from '../../search/decision.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import type { OffersLeft } from '../../store/store.js';
import type { EpochRecord } from '../../sweep.js';
import { counted } from '../../wording/counted.js';
import { duration } from '../../wording/duration.js';
import { figure, hundredths } from '../../wording/numbers.js';
import { printableLines } from '../../wording/printable.js';
import { CLEAR_LINE } from './bar-line.js';
import { mostToTrain, toTrain } from './plan-stop.js';
import { createBar } from './progress-bar.js';

/** How often to say what workers have left. */
const TELL_EVERY_MS = 5000;

export interface Progress {
  readonly show: (event: ProgressEvent) => void;
  /** Prints how the sweep ended. */
  end(summary: LaunchOutcome): void;
  /** Removes the bar. */
  close(): void;
}

export interface ProgressOptions {
  /** Every epoch of every run instead of a bar. */
  readonly verbose: boolean;
  /** Of the sweep: its metric, and what may end it early. */
  readonly spec: SweepSpec;
  readonly word: EpochWord;
  /** The command that trains failed runs again. */
  readonly retry: string;
  /** False where what is measured on validation rows says nothing, because they were trained on. */
  readonly validates?: boolean;
}

type RunEvent = Exclude<ProgressEvent, { type: 'planned' | 'note' | 'offered' | 'rung' }>;

/** Progress on stderr: a bar on a terminal, a line per finished run elsewhere, or every epoch. */
export function createProgress({ verbose, spec, word, retry, validates = true }: ProgressOptions): Progress {
  const { metric } = spec;
  const withBar = process.stderr.isTTY && !verbose;
  let bar: Bar | undefined;
  const note = (text: string): void => {
    process.stderr.write(`${withBar ? CLEAR_LINE : ''}${printableLines(text)}\n`);
  };
  const state = {
    done: 0,
    waiting: 0,
    /** Of those that wait, without what the budget does not pay for. */
    get total() {
      return mostToTrain(spec, this.waiting);
    },
    epochs: 0,
    validates,
    startedAt: performance.now(),
    best: Number.NaN,
    lastRun: '',
  };
  const onRun = (event: RunEvent): void => {
    if (event.type === 'epoch') {
      state.epochs++;
      if (verbose) note(epochLines(event, metric.name, state));
    } else if (event.type === 'retry') {
      note(`failed, will be tried again alone: ${label(event)}: ${event.error.message}`);
    } else {
      state.done++;
      if (event.type === 'failed') note(`failed: ${label(event)}: ${event.error.message}`);
      else {
        const value = validates ? event.result.validation.metrics[metric.name] : Number.NaN;
        if (isBetter(metric, value, state.best)) state.best = value;
        if (!withBar) note(runLine(event, state, metric));
      }
    }
    const seconds = (performance.now() - state.startedAt) / 1000;
    bar?.update(state.done, {
      rate: (state.epochs / seconds).toFixed(0),
      left: state.done === 0 ? '…' : duration((seconds / state.done) * (state.total - state.done)),
      best: figure(state.best),
    });
  };
  let toldAt = Number.NEGATIVE_INFINITY;
  const onOffered = ({ waiting, claimed }: OffersLeft): void => {
    if (waiting + claimed === 0 || performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    note(`Offered to workers: ${waiting} waiting, ${claimed} in training.`);
  };
  return {
    show(event) {
      if (event.type === 'note') {
        note(`note: ${event.text}`);
        return;
      }
      if (event.type === 'rung') {
        state.waiting -= event.left;
        bar?.setTotal(state.total);
        if (event.decision.dropped.length > 0) note(rungLine(event.decision));
        return;
      }
      if (event.type === 'offered') {
        onOffered(event.left);
        return;
      }
      if (event.type !== 'planned') {
        onRun(event);
        return;
      }
      const { trials, runs, waiting, givenUp } = event;
      state.waiting = waiting;
      note(`${counted(trials, 'configuration')}, ${counted(runs, 'run')}, ${toTrain(spec, waiting)}.`);
      if (givenUp > 0) {
        note(`${givenUpText(givenUp)}; try again with: ${retry}`);
      }
      if (waiting === 0 || !withBar) return;
      bar = createBar(metric, state.total, word);
      bar.start(state.total, 0, { rate: '0', left: '…', best: '–' });
    },
    end(summary) {
      bar?.stop();
      note(summaryLine(summary));
    },
    close: () => bar?.stop(),
  };
}

function rungLine({ going, dropped, rung }: RungDecision): string {
  if (going.length === 0) return `${counted(dropped.length, 'configuration')} left after ${rungText(rung)}.`;
  const all = going.length + dropped.length;
  return `${going.length} of ${counted(all, 'configuration')} ${going.length === 1 ? 'goes' : 'go'} on after ${rungText(rung)}.`;
}

function label({ trial, run }: RunEvent): string {
  return `${trialLabel(trial)} seed ${run.seed}`;
}

function runLine(
  event: Extract<ProgressEvent, { type: 'complete' }>,
  { done, total, validates }: { readonly done: number; readonly total: number; readonly validates: boolean },
  metric: Metric,
): string {
  const { epochs, chosenEpoch, validation } = event.result;
  const value = validates ? `${metric.name} ${figure(validation.metrics[metric.name], 4)}, ` : '';
  const seconds = figure(event.durationMs / 1000, 1);
  const kept =
    epochs.length === 0
      ? ''
      : `${KEPT[epochWord([event.trial.config])]} ${chosenEpoch} of ${epochs.length}, `;
  const place = total === 0 ? done : `${done}/${total}`;
  return `[${place}] ${label(event)}: ${value}${kept}${seconds} s`;
}

function epochLines(
  event: Extract<ProgressEvent, { type: 'epoch' }>,
  metric: MetricName,
  state: { lastRun: string; readonly validates: boolean },
): string {
  const { run, epoch } = event;
  const header = state.lastRun === run.runId ? '' : `Run ${run.runId.slice(0, 8)}: ${label(event)}\n`;
  state.lastRun = run.runId;
  const lines = formatEpoch(epoch, { word: epochWord([event.trial.config]), metric });
  return header + (state.validates ? lines : lines.split('\n').slice(0, 2).join('\n'));
}

const LINES_HAVE: ReadonlySet<MetricName> = new Set(['accuracy', 'macro_f1', 'rare_recall']);

/** The lines that training scripts usually print, and the metric that chooses epochs. */
function formatEpoch(
  record: EpochRecord,
  { word, metric }: { readonly word: EpochWord; readonly metric: MetricName },
): string {
  const { epoch, trainLoss, trainAccuracy, validationLoss, validation } = record;
  const own = LINES_HAVE.has(metric) ? '' : `, Val ${metric}: ${figure(validation[metric], 4)}`;
  const accuracy = (share: number): string => `${figure(hundredths(share, 2), 2)}%`;
  return [
    `${word === 'epoch' ? 'Epoch' : 'Round'} ${epoch} Results:`,
    `  Train Loss: ${figure(trainLoss, 4)}, Train Acc: ${accuracy(trainAccuracy)}`,
    `  Val Loss:   ${figure(validationLoss, 4)}, Val Acc:   ${accuracy(validation.accuracy)}`,
    `  Val Macro-F1: ${figure(validation.macro_f1, 4)}, Val Rare Recall: ${figure(validation.rare_recall, 4)}${own}`,
  ].join('\n');
}

function summaryLine(outcome: LaunchOutcome): string {
  const { alreadyComplete, complete, failed, interrupted, pruned, durationMs } = outcome;
  const parts = [
    `${complete} trained`,
    ...(alreadyComplete > 0
      ? [`${alreadyComplete} had ${alreadyComplete === 1 ? 'a result' : 'results'} already`]
      : []),
    ...(pruned > 0 ? [`${pruned} dropped`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(interrupted > 0 ? [`${interrupted} interrupted`] : []),
  ];
  return `${parts.join(', ')} in ${figure(durationMs / 1000, 1)} s.`;
}
