// What the probabilities of a run are worth under weights of its rows, DRAWS draws side by side. The caller,
// src/metrics/noise/scores/score-kernel.ts, lays everything out. The sums are those of src/metrics/class-ranking.ts.
#include <stdint.h>

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

constexpr int DRAWS = 8;
typedef float Weights __attribute__((vector_size(4 * DRAWS)));
typedef double Sums __attribute__((vector_size(8 * DRAWS)));
typedef int64_t Mask __attribute__((vector_size(8 * DRAWS)));

static Sums choose(Mask mask, Sums yes, Sums no) { return (Sums)((mask & (Mask)yes) | (~mask & (Mask)no)); }

struct Ranking {
  int32_t thresholds;
  const int32_t *ends;  // by threshold, the highest first: of other rows above it, of others at it, of the class's own at it
  const int32_t *rows;
  const Weights *weights;  // by row
  const double *limits;  // rows of the class, all others, a precision, a false positive rate, and how many rows come first
  Sums *out;  // average precision, AUC, recall at the precision, recall at the rate, precision of the first rows
};

// Of a class, its metrics.
EXPORT(rank) void rank(const Ranking *ranking) {
  const Ranking r = *ranking;
  const double own = r.limits[0], others = r.limits[1], precision = r.limits[2], most = r.limits[3] * others, first = r.limits[4];
  const Sums none{};
  Sums found{}, wrong{}, area{}, wrongPairs{}, atPrecision{}, atRate{}, inFirst = none - 1;
  int at = 0;
  const auto sumTo = [&](int end) {
    Weights sum{};
    for (; at < end; at++) sum += r.weights[r.rows[at]];
    return __builtin_convertvector(sum, Sums);
  };
  for (int threshold = 0; threshold < r.thresholds; threshold++) {
    const int32_t *ends = r.ends + 3 * threshold;
    wrong += sumTo(ends[0]);
    const Sums tied = sumTo(ends[1]), hits = sumTo(ends[2]);
    wrongPairs += hits * (wrong + tied * 0.5);
    const Sums before = found + wrong, after = before + hits + tied;
    const Sums part = found + choose(before < first, hits * (first - before) / (hits + tied), none);
    inFirst = choose((inFirst < 0) & (after >= first), part, inFirst);
    found += hits;
    wrong += tied;
    const Sums right = found / after;
    area += choose(hits > 0, hits * right, none);
    atPrecision = choose(right >= precision, found, atPrecision);
    atRate = choose(wrong <= most, found, atRate);
  }
  r.out[0] = area / own;
  r.out[1] = 1 - wrongPairs / (own * others);
  r.out[2] = atPrecision / own;
  r.out[3] = atRate / own;
  r.out[4] = choose(inFirst < 0, none + own, inFirst) / first;
}

struct Adding {
  int32_t rows, bins;
  const int32_t *binOf;  // by row
  const double *values;  // by row
  const Weights *weights;
  Sums *out;  // by bin
};

// Of each bin, the weighed sum of its values.
EXPORT(add) void add(const Adding *adding) {
  const Adding a = *adding;
  for (int bin = 0; bin < a.bins; bin++) a.out[bin] = Sums{};
  for (int row = 0; row < a.rows; row++) a.out[a.binOf[row]] += __builtin_convertvector(a.weights[row], Sums) * a.values[row];
}
