// A trainer of one's own, held to what every trainer must hold, here by node:test.
import test from 'node:test';
import type { Trainer } from 'focalsweep';
import { type Check, trainerChecks } from 'focalsweep/testing';

/** Predicts the class that has most training rows, which is the first one. */
const majority: Trainer = {
  id: 'majority@1',
  groupSize: 1,
  groupKey: () => 'any',
  async train({ dataset, runs, shouldStop, onResult }) {
    for (const { runId } of runs) {
      if (shouldStop()) return 'stopped';
      const split = dataset?.split;
      onResult({
        runId,
        epochs: [],
        chosenEpoch: 0,
        stoppedBy: 'epochs',
        validation: { predictions: new Uint16Array(split?.validation.length ?? 0) },
        test: { predictions: new Uint16Array(split?.test.length ?? 0) },
      });
    }
    return 'done';
  },
};

const checks: readonly Check[] = trainerChecks(async () => majority);
for (const { name, check } of checks) test(name, check);
