import { describe, expect, it } from 'vitest';
import { classSupport } from '../../../src/data/dataset.js';
import { KNOB_DEFAULTS } from '../../../src/knobs/knobs.js';
import { resolveLoss } from '../../../src/loss/resolve-loss.js';
import type { TrialConfig } from '../../../src/sweep.js';
import { engineChecks } from '../../../src/testing/engine-checks.js';
import { assertNear, LOSS_TOLERANCE, WEIGHT_TOLERANCE } from '../../../src/testing/engine-program.js';
import { datasetOf } from '../../../src/testing/small-dataset.js';
import { trainerChecks } from '../../../src/testing/trainer-checks.js';
import type { Engine } from '../../../src/train/network/engine.js';
import { networkShape } from '../../../src/train/network/layers.js';
import { networkTrainer } from '../../../src/train/network/network-trainer.js';
import { LOGIT_ADJUSTMENT_CASES } from '../../loss/logit-adjustment-cases.js';
import { lossKnobs, REFERENCE_LOSSES } from '../../loss/reference-losses.js';
import { registerChecks } from '../../register-checks.js';
import { fixtureCases, fixturesNote, haveFixtures, type TrajectoryCase } from '../../shared-fixtures.js';
import { RESIDUAL_CASES } from './residual-cases.js';

/** What every engine must do, and the trainer on it: called by a test file per engine. */
export function engineTests(name: string, load: () => Promise<Engine>): void {
  describe(`engine ${name}`, () => {
    registerChecks(engineChecks(load));
    it.skipIf(!haveFixtures)(`follows PyTorch's trajectories${fixturesNote}`, async () => {
      const engine = await load();
      const cases = fixtureCases<TrajectoryCase>('training-trajectories');
      expect(cases).not.toHaveLength(0);
      for (const one of cases) await followsPyTorch(engine, ofLayers(one));
    });
    registerChecks(
      LOGIT_ADJUSTMENT_CASES.trajectories.map((one) => ({
        name: `follows PyTorch's trajectory under ${one.optimizer} with logit adjustment ${one.tau}`,
        check: async () => followsPyTorch(await load(), ofLayers(one), { logit_adjustment: one.tau }),
      })),
    );
    registerChecks(
      REFERENCE_LOSSES.trajectories.map((one) => ({
        name: `follows PyTorch's trajectory under ${one.optimizer} with the loss ${one.loss}, γ = ${one.gamma}`,
        check: async () => followsPyTorch(await load(), ofLayers(one), lossKnobs(one.loss)),
      })),
    );
    registerChecks(
      RESIDUAL_CASES.trajectories.map(({ activation, ...one }) => ({
        name: `follows PyTorch's trajectory of ${one.hidden.length} residual blocks under ${one.optimizer} with ${activation}`,
        check: async () => {
          const [initial, final] = [one.initial, one.final].map((numbers) => Float32Array.from(numbers));
          const values = { ...one, initial, final } as Reference;
          return followsPyTorch(await load(), values, { residual: true, activation });
        },
      })),
    );
  });
  describe(`trainer on ${name}`, () => {
    const failing = { learning_rate: 1e30 };
    registerChecks(trainerChecks(async () => networkTrainer(await load()), { failing }));
    const residual = {
      config: { residual: true, dropout: 0.1 },
      // Normalisation makes larger steps harmless.
      failing: { learning_rate: 1e38 },
    };
    registerChecks(
      trainerChecks(async () => networkTrainer(await load()), residual).map((one) => ({
        ...one,
        name: `${one.name} (residual)`,
      })),
    );
  });
}

type Reference = Omit<TrajectoryCase, 'initial' | 'final'> & {
  readonly initial: Float32Array;
  readonly final: Float32Array;
};

const flat = ({ weights, biases }: TrajectoryCase['initial']): Float32Array =>
  Float32Array.from(weights.flatMap((layer, index) => [...layer.flat(), ...(biases[index] ?? [])]));

/** A case of a multilayer perceptron, whose weights are written layer by layer. */
const ofLayers = (one: TrajectoryCase): Reference => ({
  ...one,
  initial: flat(one.initial),
  final: flat(one.final),
});

async function followsPyTorch(
  engine: Engine,
  { hidden, orders, alpha, gamma, ...expected }: Reference,
  knobs: Partial<TrialConfig> = {},
): Promise<void> {
  const classes = alpha.length;
  const dataset = datasetOf({ features: expected.features, labels: expected.targets, classes });
  const config = { ...KNOB_DEFAULTS, alpha, gamma, hidden, ...knobs };
  const loss = resolveLoss(config, {
    classNames: dataset.classNames,
    trainSupport: classSupport(dataset, 'train'),
  });
  const program = await engine.start(
    dataset,
    {
      ...networkShape(config, dataset),
      activation: config.activation,
      optimizer: expected.optimizer,
      batchSize: expected.batch_size,
    },
    [
      {
        ...loss,
        seed: 1,
        learningRate: expected.learning_rate,
        momentum: expected.momentum,
        weightDecay: expected.weight_decay,
        dropout: 0,
      },
    ],
    [expected.initial],
  );
  const losses: number[] = [];
  for (const [index, order] of orders.entries()) {
    const batches = [{ epoch: index + 1, rows: Int32Array.from(order) }];
    const [sums] = await program.train(batches, 0, Math.ceil(order.length / expected.batch_size));
    losses.push(...Array.from(sums?.losses ?? [], (loss) => loss / expected.batch_size));
  }
  assertNear(losses, expected.losses, LOSS_TOLERANCE, 'relative');
  assertNear(await program.weights(0), expected.final, WEIGHT_TOLERANCE, 'absolute');
  program.dispose();
}
