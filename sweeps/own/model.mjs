// Softmax regression under focal loss in plain JavaScript, as a module that focalsweep trains in its threads.

/**
 * @typedef {{ gamma: number, alpha: 1 | 'balanced', shrinkage: number, learning_rate: number, epochs: number }} Config
 * @type {import('focalsweep').ModuleTrain<Config>}
 */
export async function train({ config, seed, data, epoch, shouldStop }) {
  if (data === null) throw new Error('this model needs data: in the spec');
  const { featureCount, classNames, labels, split } = data;
  const classes = classNames.length;
  const random = randomNumbers(seed);
  const classWeights = config.alpha === 'balanced' ? balanced(data) : new Float64Array(classes).fill(1);
  const model = { weights: new Float64Array(classes * featureCount), biases: new Float64Array(classes) };
  const order = Int32Array.from(split.train);

  for (let number = 1; number <= config.epochs; number++) {
    shuffle(order, random);
    const rate = config.learning_rate / number;
    let lossSum = 0;
    for (const row of order) {
      const target = labels[row];
      const p = probabilities(model, data, row);
      const { loss, slopes } = focalLoss(p, target, config.gamma, classWeights[target]);
      lossSum += loss;
      step(model, { x: featuresOf(data, row), slopes, rate, shrinkage: config.shrinkage });
    }
    epoch({ epoch: number, train_loss: lossSum / order.length });
    // Lets the thread notice a stop.
    await new Promise(setImmediate);
    if (shouldStop()) return undefined;
  }
  const answer = (rows) => ({ probabilities: Array.from(rows, (row) => probabilities(model, data, row)) });
  return { validation: answer(split.validation), test: answer(split.test) };
}

/** α_c = N / (C · n_c), with which every class counts the same. */
function balanced({ classNames, labels, split }) {
  const counts = new Float64Array(classNames.length);
  for (const row of split.train) counts[labels[row]]++;
  return counts.map((count) => split.train.length / (counts.length * Math.max(count, 1)));
}

function featuresOf({ features, featureCount }, row) {
  return features.subarray(row * featureCount, (row + 1) * featureCount);
}

function probabilities({ weights, biases }, data, row) {
  const x = featuresOf(data, row);
  const logits = biases.map((bias, c) => {
    let sum = bias;
    for (let k = 0; k < x.length; k++) sum += weights[c * x.length + k] * x[k];
    return sum;
  });
  const most = Math.max(...logits);
  const powers = logits.map((z) => Math.exp(z - most));
  const total = powers.reduce((sum, power) => sum + power);
  return powers.map((power) => power / total);
}

/** −α (1 − p_t)^γ log p_t, and its slopes in the logits. */
function focalLoss(p, target, gamma, alpha) {
  const rest = Math.max(1 - p[target], 1e-12);
  const logP = Math.log(Math.max(p[target], 1e-300));
  const own = alpha * rest ** gamma * (gamma * p[target] * logP - rest);
  const slopes = p.map((probability, c) => (c === target ? own : (-own * probability) / rest));
  return { loss: -alpha * rest ** gamma * logP, slopes };
}

function step({ weights, biases }, { x, slopes, rate, shrinkage }) {
  for (let c = 0; c < slopes.length; c++) {
    biases[c] -= rate * slopes[c];
    for (let k = 0; k < x.length; k++) {
      const at = c * x.length + k;
      weights[at] -= rate * (slopes[c] * x[k] + shrinkage * weights[at]);
    }
  }
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffle(values, random) {
  for (let last = values.length - 1; last > 0; last--) {
    const at = Math.floor(random() * (last + 1));
    [values[last], values[at]] = [values[at], values[last]];
  }
}
