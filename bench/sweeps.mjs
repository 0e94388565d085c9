// Whole sweeps, end to end, against Optuna, Ray Tune and scikit-learn's grid search on the same task.
import { loadavg } from 'node:os';
import { launch, specText } from './launch.mjs';
import { markdownTable } from './markdown-table.mjs';
import { runPeer } from './peers.mjs';
import { machine, median, writeSection } from './results-file.mjs';

const WORKERS = 2;
const GRID = { alpha: [1, 2], gamma: [0, 1, 2, 3], learning_rate: [0.003, 0.001, 0.0005] };
const TASK = {
  rows: 8192,
  validation_rows: 2731,
  features: 64,
  classes: 21,
  hidden: [128, 64],
  batch: 128,
  epochs: 5,
  workers: WORKERS,
  grid: GRID,
};
const SMALL = specText({ gammas: GRID.gamma, seeds: 1, epochs: 5 });
const SCALING = specText({ gammas: GRID.gamma, seeds: 4, epochs: 30 });
const LARGE = specText({ gammas: GRID.gamma, seeds: 20, epochs: 30 });
const OURS = 'focalsweep';
const OPTUNA = 'Optuna + PyTorch';
const ROUNDS = { small: 5, scaling: 3 };
/** Who trains the grid, and how often: all in turn, because a machine's speed varies over time. */
const CONTENDERS = [
  { name: OURS, rounds: ROUNDS.small, run: () => ({ ...launch(SMALL, WORKERS), trials: 24 }) },
  { name: OPTUNA, rounds: ROUNDS.small, run: () => runPeer('optuna_pytorch.py', TASK, { cores: WORKERS }) },
  {
    name: 'scikit-learn GridSearchCV (cross-entropy alone)',
    rounds: ROUNDS.small,
    run: () => runPeer('sklearn_grid.py', TASK, { cores: WORKERS }),
  },
  {
    name: 'Ray Tune + PyTorch',
    rounds: 1,
    run: () => runPeer('ray_tune_pytorch.py', TASK, { cores: WORKERS }),
  },
];
const seconds = (value) => `${value.toFixed(value < 10 ? 2 : 1)} s`;
const medianSeconds = (answers) => median(answers.flatMap((answer) => answer.seconds ?? []));

/** The answers of each contender, taken in turn. */
function inTurn(contenders) {
  const answers = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = 0; contenders.some(({ rounds }) => round < rounds); round++) {
    for (const { name, rounds, run } of contenders) {
      const own = answers.get(name);
      if (round >= rounds || own[0]?.missing !== undefined) continue;
      process.stderr.write(`sweeps: ${name}, ${round + 1} of ${rounds} …\n`);
      own.push(run());
    }
  }
  return answers;
}

export function benchSweeps() {
  const answers = inTurn(CONTENDERS);
  const ours = medianSeconds(answers.get(OURS));
  const optuna = medianSeconds(answers.get(OPTUNA));
  const missing = [];
  const rows = [...answers].flatMap(([name, own]) => {
    const [first] = own;
    if (first.missing !== undefined) {
      missing.push(`- ${name}: not measured (${first.missing})`);
      return [];
    }
    const took = medianSeconds(own);
    const label = first.version === undefined ? name : `${name} (${first.version})`;
    return [[label, seconds(took), `${(took / ours).toFixed(1)}×`, `${first.trials}`]];
  });
  const scaling = inTurn(
    [1, 2].map((workers) => ({
      name: `ours with ${workers} workers`,
      rounds: ROUNDS.scaling,
      run: () => launch(SCALING, workers),
    })),
  );
  const [one, two] = [...scaling.values()].map(medianSeconds);
  const oursLarge = launch(LARGE, WORKERS).seconds;
  const extrapolated =
    optuna === undefined
      ? ''
      : `\nOptuna was not run that long: 120 times its seconds above would be ${seconds(optuna * 120)}, ${((optuna * 120) / oursLarge).toFixed(1)} times ours.`;
  writeSection(
    'sweeps',
    `## Whole sweeps, end to end

24 configurations × 5 epochs × 8,192 training rows, 64→128→64→21, batch 128, validation after every epoch, ${WORKERS} workers; wall
clock of the whole process, start-up, data and (ours) the store included; median of
${ROUNDS.small} taken in turn (Ray: one).

${machine()} Load average at the end: ${loadavg()[1].toFixed(1)}.

${markdownTable(['sweep by', 'time', 'of ours', 'trials trained'], rows)}
${missing.join('\n')}

480 runs × 30 epochs of the same task: ${seconds(oursLarge)} with ${WORKERS} workers.${extrapolated}

96 runs × 30 epochs: ${seconds(one)} with one worker, ${seconds(two)} with two: ${(one / two).toFixed(2)} times as fast (medians of ${ROUNDS.scaling} taken in turn).`,
  );
}
