// The layers of docs/architecture.md, top first: a folder may import itself and what stands below it.
const layers = [
  ['src/cli', 'src/index', 'src/testing', 'src/tfjs'],
  ['src/views'],
  ['src/analysis'],
  ['src/run', 'src/tables', 'src/predict', 'src/export'],
  ['src/store', 'src/train'],
  ['src/search', 'src/plan', 'src/data', 'src/model'],
  ['src/spec', 'src/metrics', 'src/loss'],
  ['src/sweep', 'src/program', 'src/knobs', 'src/where', 'src/errors', 'src/random', 'src/environment', 'src/package-root', 'src/wording'],
];
const anchored = (names) => `^(${names.join('|')})(/|\\.ts$)`;

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphan', severity: 'error', from: { orphan: true, pathNot: '^src/(index|loss|testing|tfjs|cli/main|cli/train|run/threads/worker|store/sqlite/statement/sql-process|store/postgres/server/server-thread)\\.ts$|\\.d\\.ts$' }, to: {} },
    ...layers.slice(1).map((names, depth) => ({
      name: `upward-from-${names[0].slice(4)}`,
      severity: 'error',
      from: { path: anchored(names) },
      to: { path: anchored(layers.slice(0, depth + 1).flat()) },
    })),
    { name: 'store-trains-nothing', severity: 'error', from: { path: '^src/store/' }, to: { path: '^src/train/' } },
    { name: 'training-stores-nothing', severity: 'error', from: { path: '^src/train/' }, to: { path: '^src/store/' } },
    { name: 'analysis-never-runs', severity: 'error', from: { path: '^src/(views|analysis)/' }, to: { path: '^src/(run|train|predict)/' } },
    { name: 'facts-alone-read-the-store', severity: 'error', from: { path: '^src/(views|analysis)/', pathNot: '^src/analysis/(facts/|analysis\\.ts$)' }, to: { path: '^src/store/' } },
    // Sweeps know trainers. But `focalsweep/tfjs` is a loss of the tfjs engine, and `focalsweep/testing` has checks of engines.
    { name: 'networks-within-training', severity: 'error', from: { pathNot: '^src/(train/|tfjs\\.ts|testing\\.ts|testing/)' }, to: { path: '^src/train/network/' } },
    { name: 'yargs-in-cli-only', severity: 'error', from: { pathNot: '^src/cli/' }, to: { path: 'node_modules/yargs' } },
    { name: 'piscina-in-threads-only', severity: 'error', from: { pathNot: '^src/run/threads/' }, to: { path: 'node_modules/piscina' } },
    { name: 'tfjs-in-its-engine-only', severity: 'error', from: { pathNot: '^src/train/network/tfjs/' }, to: { path: 'node_modules/@tensorflow' } },
    { name: 'sqlite-in-its-store-only', severity: 'error', from: { pathNot: '^src/store/sqlite/' }, to: { path: 'node_modules/better-sqlite3' } },
    { name: 'pg-in-its-thread-only', severity: 'error', from: { pathNot: '^src/store/postgres/server/(server-thread|line)\\.ts$' }, to: { path: 'node_modules/(@types/)?pg/' } },
    { name: 'sql-in-stores-only', severity: 'error', from: { pathNot: '^src/store/(sql|sqlite|postgres)/' }, to: { path: 'node_modules/kysely' } },
    { name: 'stores-behind-their-contract', severity: 'error', from: { pathNot: '^src/store/(sql|sqlite|postgres|memory)/|^src/store/open-store\\.ts$' }, to: { path: '^src/store/(sql|sqlite|postgres|memory)/' } },
    { name: 'stores-know-each-other-not', severity: 'error', from: { path: '^src/store/(sqlite|postgres|memory|sql)/' }, to: { path: '^src/store/(sqlite|postgres|memory)/', pathNot: '^src/store/$1/' } },
    { name: 'memory-needs-no-sql', severity: 'error', from: { path: '^src/store/memory/' }, to: { path: '^src/store/sql/' } },
    { name: 'plot-in-charts-only', severity: 'error', from: { pathNot: '^src/views/charts/' }, to: { path: 'node_modules/(@observablehq|linkedom)' } },
    { name: 'pages-load-on-demand', severity: 'error', from: { pathNot: '^src/views/(charts|html)/' }, to: { path: '^src/views/(charts|html)/', dependencyTypesNot: ['dynamic-import', 'type-only'] } },
    { name: 'parquet-is-written-in-data-files-only', severity: 'error', from: { pathNot: '^src/data/files/' }, to: { path: 'node_modules/hyparquet-writer' } },
    { name: 'random-is-the-only-chance', severity: 'error', from: { pathNot: '^src/random\\.ts$' }, to: { path: 'node_modules/pure-rand' } },
  ],
  options: { parser: 'swc', tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' } },
};
