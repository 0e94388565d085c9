// Common advice for training that goes badly, tried: each remedy against the same configuration without it.
import { markdownTable } from '../../bench/markdown-table.mjs';
import { pick, UNTUNED } from './arms.mjs';
import { signed } from './figures.mjs';
import { best, change } from './results.mjs';

/** [trouble, remedy, without, with]: all on malware21. */
function pairs(study) {
  const at = (wanted, data) => pick(study, { learning_rate: UNTUNED, ...wanted }, data)[0];
  const hot = { learning_rate: 0.1 };
  const cooler = { learning_rate: 0.003 };
  const focal = at({ gamma: 2 });
  return [
    ['loss stands still: learning rate 0.1', 'γ 2 → 3', at({ gamma: 2, ...hot }), at({ gamma: 3, ...hot })],
    ['', 'learning rate 0.1 → 0.003', at({ gamma: 2, ...hot }), at({ gamma: 2, ...cooler })],
    ['loss stands still: `normalize: none`', 'γ 2 → 3', at({ gamma: 2 }, 'raw'), at({ gamma: 3 }, 'raw')],
    [
      '',
      'learning rate 0.001 → 0.0005',
      at({ gamma: 2 }, 'raw'),
      at({ gamma: 2, learning_rate: 0.0005 }, 'raw'),
    ],
    ['', '`normalize: zscore`', at({ gamma: 2 }, 'raw'), focal],
    ['cut short: 10 epochs', '10 → 30 epochs', at({ gamma: 2, epochs: 10 }), focal],
    [
      '',
      'learning rate 0.001 → 0.003',
      at({ gamma: 2, epochs: 10 }),
      at({ gamma: 2, epochs: 10, ...cooler }),
    ],
    ['plateau: γ = 2', 'mixup 0.2', focal, at({ gamma: 2, mixup: 0.2 })],
    ['', 'mixup 1', focal, at({ gamma: 2, mixup: 1 })],
    ['rare recall low: γ = 2', 'scalar α 1 → 2', focal, at({ gamma: 2, alpha: 2 })],
    ['', 'γ 2 → 3', focal, at({ gamma: 3 })],
    ['', 'weighted sampler', focal, at({ gamma: 2, sampler: 'weighted' })],
    ['', 'α balanced', focal, at({ gamma: 2, alpha: 'balanced' })],
    ['', 'learning rate tuned (0.003)', focal, best(pick(study, { gamma: 2 }))],
  ];
}

export function remedyTable(study) {
  const metrics = ['macro_f1', 'rare_recall', 'accuracy'];
  return markdownTable(
    ['trouble', 'change', 'Δ macro-F1', 'Δ rare recall', 'Δ accuracy'],
    pairs(study).map(([trouble, remedy, without, withIt]) => [
      trouble,
      remedy,
      ...metrics.map((metric) => signed(change(withIt, without, metric))),
    ]),
  );
}
