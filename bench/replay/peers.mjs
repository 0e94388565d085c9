// The same replay for other programs, through bench/replay/peers.py.
import { runPeer } from '../peers.mjs';

const NAMES = ['Optuna TPE', 'Optuna TPE, multivariate'];

/** Searches of peers on the repeats of a table: `{searches, samplers, note}`; none where Python lacks them. */
export function askPeers({ metric, maxEpochs, repeats, trials }, budgets) {
  const axes = Object.keys(trials[0].point).map((axis) => {
    const values = [...new Set(trials.map(({ point }) => JSON.stringify(point[axis])))];
    return { axis, values };
  });
  const request = {
    sign: metric.goal === 'maximize' ? 1 : -1,
    maxEpochs,
    budgets,
    axes: axes.map(({ values }) => values.length),
    points: trials.map(({ point }) =>
      axes.map(({ axis, values }) => values.indexOf(JSON.stringify(point[axis]))),
    ),
    runs: trials.map(({ runs }) =>
      runs.map(({ epochs, validation }) => [
        epochs.map((values) => values[metric.name]),
        validation[metric.name],
      ]),
    ),
    orders: repeats.map((repeat) =>
      repeat.trials[0].runs.map(({ seed }) => trials[0].runs.findIndex((run) => run.seed === seed)),
    ),
  };
  const answer = runPeer('../replay/peers.py', request, { cores: 2, timeoutS: 3000 });
  if (answer.missing !== undefined)
    return { searches: [], samplers: [], note: ` No peers: ${answer.missing}` };
  const named = (list) =>
    list.map(({ answers, ...rest }) => ({
      ...rest,
      answers: answers.map(([chosen, epochs]) => ({ chosen: trials[chosen].trialId, epochs })),
    }));
  return { searches: named(answer.searches), samplers: named(answer.samplers), note: '' };
}
askPeers.samplerNames = NAMES;
