// `npm run bench [main-job|kernel|sweeps|growth|trees|programs|queue|live|idle|patience|nsga2 …]`: measures, and rewrites those sections of bench/RESULTS.md. Build first.
const BENCHMARKS = {
  'main-job': () => import('./main-job.mjs'),
  kernel: async () => (await import('./kernel.mjs')).benchKernel(),
  networks: async () => (await import('./networks.mjs')).benchNetworks(),
  sweeps: async () => (await import('./sweeps.mjs')).benchSweeps(),
  trees: async () => (await import('./trees.mjs')).benchTrees(),
  programs: async () => (await import('./programs.mjs')).benchPrograms(),
  queue: async () => (await import('./queue.mjs')).benchQueue(),
  patience: async () => (await import('./replay/patience.mjs')).benchPatience(),
  idle: async () => (await import('./replay/idle.mjs')).benchIdle(),
  live: async () => (await import('./live.mjs')).benchLive(),
  nsga2: async () => (await import('./nsga2.mjs')).benchNsga2(),
  growth: async () => (await import('./growth.mjs')).benchGrowth(),
};
const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(BENCHMARKS)) {
  const benchmark = BENCHMARKS[name];
  if (benchmark === undefined) {
    throw new Error(`no benchmark "${name}"; the benchmarks are ${Object.keys(BENCHMARKS).join(', ')}`);
  }
  await benchmark();
}
