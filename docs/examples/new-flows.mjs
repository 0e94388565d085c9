// Writes new rows for the models of sweeps/quickstart.yaml, as CSV: `node docs/examples/new-flows.mjs 3 > new.csv`.
import { malware21 } from '../../dist/data/builtin/malware21.js';

const rows = Number(process.argv[2] ?? 3);
const { columns, labelName, classNames, labels } = malware21({ seed: 7 });
const lines = [[...columns.map(({ name }) => name), labelName].join()];
for (let row = 0; row < rows; row++) {
  const cells = columns.map(({ chunks }) => chunks[0][row]);
  lines.push([...cells, classNames[labels[row]]].join());
}
process.stdout.write(`${lines.join('\n')}\n`);
