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
const PEERS = [
  ['Optuna + PyTorch', 'optuna_pytorch.py'],
  ['Ray Tune + PyTorch', 'ray_tune_pytorch.py'],
  ['scikit-learn GridSearchCV (cross-entropy alone)', 'sklearn_grid.py'],
];
const repeated = (times, measure) => median(Array.from({ length: times }, measure));
const seconds = (value) => `${value.toFixed(value < 10 ? 2 : 1)} s`;

export function benchSweeps(rounds = 3) {
  const small = specText({ gammas: GRID.gamma, seeds: 1, epochs: 5 });
  const large = specText({ gammas: GRID.gamma, seeds: 20, epochs: 30 });
  process.stderr.write('sweeps: ours …\n');
  const ours = repeated(rounds, () => launch(small, WORKERS).seconds);
  const oursLarge = launch(large, WORKERS).seconds;
  const scaling = specText({ gammas: GRID.gamma, seeds: 4, epochs: 30 });
  const byWorkers = [1, 2].map((workers) => repeated(rounds, () => launch(scaling, workers).seconds));

  const missing = [];
  const rows = [['focalsweep', seconds(ours), '1.0×', '24']];
  let optuna;
  for (const [name, script] of PEERS) {
    process.stderr.write(`sweeps: ${name} …\n`);
    const answers = Array.from({ length: script.startsWith('ray') ? 1 : rounds }, () =>
      runPeer(script, TASK, { cores: WORKERS }),
    );
    const good = answers.filter((answer) => answer.missing === undefined);
    if (good.length === 0) {
      missing.push(`- ${name}: not measured (${answers[0].missing})`);
      continue;
    }
    const took = median(good.map((answer) => answer.seconds));
    if (script.startsWith('optuna')) optuna = took;
    rows.push([
      `${name} (${good[0].version})`,
      seconds(took),
      `${(took / ours).toFixed(1)}×`,
      `${good[0].trials}`,
    ]);
  }
  const extrapolated =
    optuna === undefined
      ? ''
      : `\nOptuna was not run that long: 120 times its seconds above would be ${seconds(optuna * 120)}, ${((optuna * 120) / oursLarge).toFixed(1)} times ours.`;
  writeSection(
    'sweeps',
    `## Whole sweeps, end to end

24 configurations × 5 epochs × 8,192 training rows, 64→128→64→21, batch 128, validation after every epoch, ${WORKERS} workers; wall
clock of the whole process, start-up, data and (ours) the store included; median of ${rounds} (Ray: one).

${machine()} Load average at the end: ${loadavg()[1].toFixed(1)}.

${markdownTable(['sweep by', 'time', 'of ours', 'trials trained'], rows)}
${missing.join('\n')}

480 runs × 30 epochs of the same task: ${seconds(oursLarge)} with ${WORKERS} workers.${extrapolated}

96 runs × 30 epochs: ${seconds(byWorkers[0])} with one worker, ${seconds(byWorkers[1])} with two: ${(byWorkers[0] / byWorkers[1]).toFixed(2)} times as fast.`,
  );
}
