// What the pool of threads loads. It takes `require`, and on Node 20 that ends the whole process where a thread is ended while it loads ES
// modules so; with `import` only the thread ends.
import type { BootstrapPart } from './draw-rows.js';
import type { TrainTask } from './messages.js';

const worker = import('./worker.js');
// A task that needs it is told.
worker.catch(() => {});

module.exports = Object.assign(async (task: TrainTask) => (await worker).default(task), {
  drawRows: async (part: BootstrapPart) => (await worker).drawRows(part),
});
