// The layers of docs/architecture.md, top first: a folder may import itself and what stands below it.
const layers = [
  ['src/cli', 'src/index'],
  ['src/report', 'src/dashboard'],
  ['src/run'],
  ['src/store', 'src/engine'],
  ['src/search', 'src/plan', 'src/data'],
  ['src/spec', 'src/metrics', 'src/loss'],
  ['src/sweep', 'src/errors', 'src/random', 'src/environment', 'src/package-root', 'src/counted'],
];
const anchored = (names) => `^(${names.join('|')})(/|\\.ts$)`;

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphan', severity: 'error', from: { orphan: true, pathNot: '^src/(index|cli/main|run/worker|store/sql-process)\\.ts$|\\.d\\.ts$' }, to: {} },
    ...layers.slice(1).map((names, depth) => ({
      name: `upward-from-${names[0].slice(4)}`,
      severity: 'error',
      from: { path: anchored(names) },
      to: { path: anchored(layers.slice(0, depth + 1).flat()) },
    })),
    { name: 'store-knows-no-engine', severity: 'error', from: { path: '^src/store/' }, to: { path: '^src/engine/' } },
    { name: 'engine-knows-no-store', severity: 'error', from: { path: '^src/engine/' }, to: { path: '^src/store/' } },
    { name: 'views-never-run', severity: 'error', from: { path: '^src/(report|dashboard)/' }, to: { path: '^src/(run|engine)/' } },
    { name: 'yargs-in-cli-only', severity: 'error', from: { pathNot: '^src/cli/' }, to: { path: 'node_modules/yargs' } },
    { name: 'piscina-in-pool-only', severity: 'error', from: { pathNot: '^src/run/worker-pool\\.ts$' }, to: { path: 'node_modules/piscina' } },
    { name: 'tfjs-in-its-engine-only', severity: 'error', from: { pathNot: '^src/(engine/tfjs/|index\\.ts)' }, to: { path: 'node_modules/@tensorflow' } },
    { name: 'sqlite-in-store-only', severity: 'error', from: { pathNot: '^src/store/' }, to: { path: 'node_modules/(better-sqlite3|kysely)' } },
    { name: 'plot-in-charts-only', severity: 'error', from: { pathNot: '^src/report/charts/' }, to: { path: 'node_modules/(@observablehq|linkedom)' } },
    { name: 'pages-load-on-demand', severity: 'error', from: { pathNot: '^src/report/(charts|html)/' }, to: { path: '^src/report/(charts|html)/', dependencyTypesNot: ['dynamic-import', 'type-only'] } },
    { name: 'random-is-the-only-chance', severity: 'error', from: { pathNot: '^src/random\\.ts$' }, to: { path: 'node_modules/pure-rand' } },
  ],
  options: { parser: 'swc', tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' } },
};
