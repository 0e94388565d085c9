// A program whose score depends on its parameter `skill`, by more the longer it trains, and not on anything else. It asks after every epoch
// whether it should pause. In the working folder it appends a letter to `epochs.txt` for every epoch that it trains.
//   node learner.mjs saves | forgets | exits-1 | ignores | untold | pauses-untold | pauses-with-gaps
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { outputs, scoreOf } from './learning.mjs';

const [way = 'saves'] = process.argv.slice(2);
const { config, data, checkpoints, pause } = JSON.parse(readFileSync(process.env.FOCALSWEEP_RUN, 'utf8'));
const tell = (line) => appendFileSync(process.env.FOCALSWEEP_REPORT, `${JSON.stringify(line)}\n`);
const file = join(checkpoints, 'epoch.txt');
const from = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
for (let epoch = 1; epoch <= config.epochs; epoch++) {
  if (epoch > from) appendFileSync('epochs.txt', '.');
  if (way === 'pauses-with-gaps' && epoch % 2 === 1) continue;
  tell(way.endsWith('untold') ? { epoch, train_loss: 0.1 } : { epoch, macro_f1: scoreOf(config, epoch) });
  if (way === 'ignores' || way === 'untold' || pause === null || epoch < pause.after || epoch < from)
    continue;
  if (way !== 'forgets') writeFileSync(file, `${epoch}`);
  process.exit(way === 'exits-1' ? 1 : 0);
}
const positions = (path) => {
  const bytes = readFileSync(path);
  return new Int32Array(
    bytes.buffer.slice(bytes.byteOffset + 10 + bytes.readUInt16LE(8), bytes.byteOffset + bytes.length),
  );
};
const labels = positions(data.labels);
tell(outputs(config, (split) => Array.from(positions(data[split]), (row) => labels[row])));
