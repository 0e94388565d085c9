// What configurations are worth: measured on fresh rows, never on those that ranked them.
import { METRICS } from './observe.mjs';

/**
 * The truths of a study. `given`: per table, the mean over all seeds (those of the sweep and further ones), trained on this
 * table's rows. `further`: the same over the further seeds alone, which the sweep does not have. `any`: the mean over all
 * tables, each of which trained on other rows: this is what an interval of a report claims to hold.
 */
export function truthsOf(observations, isFurther) {
  const perTable = (isIn) =>
    observations.map(({ fresh }) =>
      byKey(fresh, (own) => mean(own.flatMap(([seed, value]) => (isIn(seed) ? [value] : [])))),
    );
  const given = perTable(() => true);
  return { given, further: perTable(isFurther), any: averaged(given) };
}

function byKey(fresh, measure) {
  return new Map(
    fresh.map(({ key, ...metrics }) => [
      key,
      Object.fromEntries(METRICS.map((metric) => [metric, measure(metrics[metric])])),
    ]),
  );
}

function averaged(tables) {
  return new Map(
    [...tables[0].keys()].map((key) => [
      key,
      Object.fromEntries(METRICS.map((metric) => [metric, mean(tables.map((own) => own.get(key)[metric]))])),
    ]),
  );
}

/** How far configurations lie apart because of the rows they were trained on, and because of seeds: means of standard deviations. */
export function spreadsOf(observations, metric) {
  const keys = observations[0].fresh.map(({ key }) => key);
  const runs = (key) =>
    observations.map(({ fresh }) => fresh.find((one) => one.key === key)[metric].map(([, value]) => value));
  const perKey = keys.map((key) => {
    const tables = runs(key);
    const within = mean(tables.map(variance));
    return { seeds: within, rows: Math.max(0, variance(tables.map(mean)) - within / tables[0].length) };
  });
  return {
    seeds: Math.sqrt(mean(perKey.map(({ seeds }) => seeds))),
    rows: Math.sqrt(mean(perKey.map(({ rows }) => rows))),
  };
}

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values) {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

/** A share or a mean of per-table values with its standard error: configurations of one table are not independent. */
export function overTables(tables) {
  const seen = tables.filter((own) => own.length > 0);
  const means = seen.map(mean);
  return {
    mean: mean(seen.flat()),
    error: means.length < 2 ? Number.NaN : Math.sqrt(variance(means) / means.length),
    count: seen.flat().length,
  };
}
