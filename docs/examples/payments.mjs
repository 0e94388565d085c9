// Writes a table of payments of which two in a thousand are fraud, as CSV: `node docs/examples/payments.mjs 100000 > payments.csv`.
// Fraud has larger amounts and comes at night, in new accounts, in bursts: none of these alone gives it away.
const rows = Number(process.argv[2] ?? 100_000);
const SHARE = 0.002;

let state = 20;
/** A linear congruential generator: the same table everywhere. */
function uniform() {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

const lines = ['amount,hour,account_days,payments_last_hour,distance_km,channel,label'];
for (let row = 0; row < rows; row++) {
  const fraud = row % Math.round(1 / SHARE) === 0;
  const amount = Math.exp(3.5 + (fraud ? 0.9 : 0) + normal());
  const hour = (fraud && uniform() < 0.6 ? 2 + 2 * normal() + 24 : 14 + 5 * normal() + 24) % 24;
  const days = Math.exp((fraud ? 4 : 5.5) + 1.3 * normal());
  const burst = Math.max(0, Math.round((fraud ? 2.5 : 0.6) + normal()));
  const distance = Math.exp((fraud ? 3 : 1.8) + 1.2 * normal());
  const channel = uniform() < (fraud ? 0.8 : 0.5) ? 'web' : 'branch';
  const numbers = [amount.toFixed(2), hour.toFixed(2), days.toFixed(1), burst, distance.toFixed(2)];
  lines.push([...numbers, channel, fraud ? 'fraud' : 'regular'].join());
}
process.stdout.write(`${lines.join('\n')}\n`);
