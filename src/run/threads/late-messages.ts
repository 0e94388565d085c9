import type { TrainerSource } from '../../train/load-trainer.js';
import { type ToldEnd, ToldEnds } from '../../train/told-ends.js';
import type { WorkerMessage } from './messages.js';

const END_OF: Readonly<Record<string, ToldEnd>> = { result: 'result', paused: 'pause', failed: 'failure' };

/** Returns a function that says what is wrong with a message of a run that has ended, once for each run. */
export function lateMessages(trainer: TrainerSource): (message: WorkerMessage) => string | undefined {
  const name = typeof trainer === 'string' ? trainer : trainer.id;
  const ends = new ToldEnds();
  const blamed = new Set<string>();
  return (message) => {
    const runId = runToldOf(message);
    if (runId === undefined) return undefined;
    const end = END_OF[message.type];
    const mistake = end === undefined ? ends.mistake(runId, whatIs(message)) : ends.add(runId, end);
    if (mistake === undefined || blamed.has(runId)) return undefined;
    blamed.add(runId);
    return `The trainer ${name} is wrong: ${mistake}. What comes after the first end of a run does not count.`;
  };
}

/** The run that a message is about. */
export function runToldOf(message: WorkerMessage): string | undefined {
  if (message.type === 'result') return message.result.runId;
  return 'runId' in message ? message.runId : undefined;
}

function whatIs(message: WorkerMessage): string {
  return message.type === 'epoch' ? `epoch ${message.epoch.epoch}` : `a ${message.type}`;
}
