// How cost grows with runs, rows and workers.
import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { rowsPicture, runsPicture } from './growth-pictures.mjs';
import { measureEngine } from './kernel.mjs';
import { launch, specText } from './launch.mjs';
import { markdownTable } from './markdown-table.mjs';
import { standalone } from './picture.mjs';
import { machine, writeSection } from './results-file.mjs';

const LAYERS = [64, 128, 64, 21];
const gammas = (count) => Array.from({ length: count }, (_, index) => index / 4);

function picture(name, chart) {
  writeFileSync(new URL(`./${name}.svg`, import.meta.url), standalone(chart));
}

export function benchGrowth() {
  process.stderr.write('growth: runs …\n');
  const byRuns = [2, 5, 17].map((count, index) => {
    const seeds = [1, 4, 10][index];
    const { seconds, peakMb } = launch(specText({ gammas: gammas(count), seeds, epochs: 5 }), 2);
    return { runs: 6 * count * seeds, seconds, peakMb };
  });
  process.stderr.write('growth: rows …\n');
  const byRows = [10_000, 100_000, 1_000_000].map((rows) => {
    const { gflops, residentMb } = measureEngine({
      engine: 'native/addon',
      shapes: [{ layers: LAYERS, batch: 128 }],
      rows,
      seconds: 3,
    });
    return { rows, gflops: gflops[0], residentMb, dataMb: (rows * 65 * 4) / 2 ** 20 };
  });
  process.stderr.write('growth: workers …\n');
  const spec = specText({ gammas: gammas(8), seeds: 2, epochs: 30 });
  const workerCounts = [1, 2, 4, 8].filter((count) => count <= availableParallelism());
  const byWorkers = workerCounts.map((workers) => ({ workers, ...launch(spec, workers) }));

  picture('growth-runs', runsPicture(byRuns));
  picture('growth-rows', rowsPicture(byRows));
  writeSection(
    'growth',
    `## Growth

${machine()} Load average at the end: ${loadavg()[1].toFixed(1)}.

${markdownTable(
  ['runs × 5 epochs, 2 workers', 'time', 'per run', 'peak memory'],
  byRuns.map(({ runs, seconds, peakMb }) => [
    `${runs}`,
    `${seconds.toFixed(1)} s`,
    `${((1000 * seconds) / runs).toFixed(1)} ms`,
    `${peakMb.toFixed(0)} MB`,
  ]),
)}

![seconds by runs](growth-runs.svg)

${markdownTable(
  ['rows × 64 features, one core', 'GFLOP/s', 'data', 'resident memory'],
  byRows.map(({ rows, gflops, dataMb, residentMb }) => [
    rows.toLocaleString('en'),
    gflops.toFixed(1),
    `${dataMb.toFixed(0)} MB`,
    `${residentMb.toFixed(0)} MB`,
  ]),
)}

![throughput by rows](growth-rows.svg)

${markdownTable(
  ['workers, 96 runs × 30 epochs', 'time', 'peak memory'],
  byWorkers.map(({ workers, seconds, peakMb }) => [
    `${workers}`,
    `${seconds.toFixed(1)} s`,
    `${peakMb.toFixed(0)} MB`,
  ]),
)}`,
  );
}
