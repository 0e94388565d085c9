// Writes a row per host and day, as CSV: `node docs/examples/hosts.mjs 80 40 > hosts.csv`; a third number gives other hosts.
// A host looks nearly the same from day to day. Some are infected from the start, others later; how an infection looks is the same
// for all hosts, but hosts differ more from one another than an infection changes them. `part` is a split that looks at rows alone.
const [hosts = 80, days = 40, seed = 1] = process.argv.slice(2).map(Number);
const FEATURES = 10;
const FAMILIES = ['scanner', 'miner', 'botnet'];

/** A linear congruential generator: the same table everywhere. */
function draws(state) {
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, vector: (sd) => Array.from({ length: FEATURES }, () => sd * normal()) };
}
const plus = (a, b) => a.map((value, at) => value + b[at]);

const { vector: effect } = draws(7);
const effects = Object.fromEntries(FAMILIES.map((family) => [family, effect(0.6)]));
const { uniform, vector } = draws(1000 * seed);
const { uniform: lot } = draws(9);
const all = Array.from({ length: hosts }, (_, host) => {
  const place = host % 20;
  const family = place < 4 ? 'scanner' : place < 7 ? 'miner' : place < 9 ? 'botnet' : undefined;
  const from = Math.floor(host / 20) % 2 === 0 ? 0 : Math.floor(days * uniform());
  return { name: `s${seed}h${host}`, family, from, looks: vector(1) };
});

const columns = Array.from({ length: FEATURES }, (_, at) => `f${at}`);
const lines = [['host', 'day', 'part', ...columns, 'label'].join()];
for (let day = 0; day < days; day++) {
  const date = new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10);
  for (const host of all) {
    host.looks = plus(host.looks, vector(0.03));
    const isInfected = host.family !== undefined && day >= host.from;
    const seen = plus(isInfected ? plus(host.looks, effects[host.family]) : host.looks, vector(0.01));
    const numbers = seen.map((value) => value.toFixed(4));
    const drawn = lot();
    const part = drawn < 0.6 ? 'train' : drawn < 0.8 ? 'validation' : 'test';
    lines.push([host.name, date, part, ...numbers, isInfected ? host.family : 'benign'].join());
  }
}
process.stdout.write(`${lines.join('\n')}\n`);
