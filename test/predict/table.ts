import { randomStream } from '../../src/random.js';

const stream = randomStream(11, 'synthetic');
const draw = (below: number): number => Math.floor(stream.uniform() * below);
const CLASSES = ['web', 'mail', 'dns, tcp'];
const KINDS = ['tcp', 'udp', 'Größe', '"quoted"'];

/** A row of a table that has everything: numbers with a long tail and with gaps, constants, categories with gaps, a label with a comma. */
function line(): string {
  const cls = Math.min(2, draw(12) >> 2);
  const bytes = draw(5) === 0 ? draw(100_000) : draw(200) + 40 * cls;
  const duration = draw(6) === 0 ? '' : (draw(1000) / 37 - cls).toString();
  const kind = draw(9) === 0 ? 'NA' : (KINDS[(draw(3) + cls) % 4] as string).replaceAll('"', '""');
  return `${bytes},${duration},"${kind}",7,${draw(3)},"${CLASSES[cls]}"`;
}

/** A file of such rows. */
export function tableFile(rows: number): string {
  return ['bytes,duration,kind,same,flag,family', ...Array.from({ length: rows }, line), ''].join('\n');
}
