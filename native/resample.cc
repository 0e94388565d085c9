// Resamples the rows of a split, or weighs them, and counts what runs predict for them, DRAWS draws side by side. The callers,
// src/metrics/noise/resampler.ts and splits/weigher.ts, lay everything out. Every draw is computed alone, so that the bits do not
// depend on how many there are.
#include <stdint.h>

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

constexpr int DRAWS = 8;
typedef int32_t Counts __attribute__((vector_size(4 * DRAWS)));
typedef double Sums __attribute__((vector_size(8 * DRAWS)));

// A cell counts the rows of one class that are predicted as one class: see src/metrics/noise/deviations.ts.
struct Sample {
  int32_t rows, classes, cells;
  uint32_t *state;            // of xoroshiro128+: two words of 64 bits, their high halves first
  const int32_t *strata;      // rows, class after class
  const int32_t *strataEnds;  // by class
  const int32_t *reference;   // by row: the cell of its most frequent prediction
  const int32_t *ends, *hits;  // by class: where the cells end that predict it, and the cell of its rows predicted rightly
  const double *weights;       // by cell: what a drawn row counts
  Counts *drawn;               // by row: how often it was drawn
  Counts *base, *own;          // by cell: drawn rows, as the reference and as a run predict them
  double *predictedSums, *hitSums;  // draw after draw, by class
};

// Blackman & Vigna 2018, "Scrambled linear pseudorandom number generators": the generator of src/random.ts, the low half.
static uint32_t next(uint64_t *state) {
  const auto turned = [](uint64_t x, int bits) { return x << bits | x >> (64 - bits); };
  const uint32_t out = (uint32_t)(state[0] + state[1]);
  const uint64_t both = state[0] ^ state[1];
  state[0] = turned(state[0], 24) ^ both ^ both << 16;
  state[1] = turned(both, 37);
  return out;
}

// The next draws: n - 1 of the n rows of every class, with replacement; all of a class of one.
EXPORT(draw) void draw(const Sample *sample) {
  const Sample s = *sample;
  uint64_t state[2];
  for (int i = 0; i < 2; i++) state[i] = (uint64_t)s.state[2 * i] << 32 | s.state[2 * i + 1];
  __builtin_memset(s.drawn, 0, s.rows * sizeof(Counts));
  for (int place = 0; place < DRAWS; place++) {
    int32_t *drawn = (int32_t *)s.drawn + place;
    for (int cls = 0, from = 0; cls < s.classes; from = s.strataEnds[cls++]) {
      const uint32_t count = s.strataEnds[cls] - from;
      for (uint32_t k = count > 1; k < count; k++) drawn[DRAWS * s.strata[from + ((uint64_t)next(state) * count >> 32)]]++;
    }
  }
  for (int i = 0; i < 2; i++) s.state[2 * i] = state[i] >> 32, s.state[2 * i + 1] = (uint32_t)state[i];
  __builtin_memset(s.base, 0, s.cells * sizeof(Counts));
  for (int row = 0; row < s.rows; row++) s.base[s.reference[row]] += s.drawn[row];
}

// The cells of a run, which differs from the reference in `count` rows, which belong to the cells `to`.
template <typename S, typename Cell>
static void deviate(const S &s, const Cell *drawn, const int32_t *rows, const int32_t *to, int32_t count) {
  __builtin_memcpy(s.own, s.base, s.cells * sizeof(Cell));
  for (int at = 0; at < count; at++) {
    const Cell row = drawn[rows[at]];
    s.own[s.reference[rows[at]]] -= row;
    s.own[to[at]] += row;
  }
}

// The sums of the cells by class: of those that predict it, and of its rows predicted rightly.
template <typename S, typename Weighed, typename Hits>
static void sum(const S &s, Weighed weighed, Hits hitsOf) {
  for (int cls = 0, cell = 0; cls < s.classes; cls++) {
    Sums predicted{};
    for (; cell < s.ends[cls]; cell++) predicted += weighed(cell);
    const Sums hits = hitsOf(cls);
    for (int place = 0; place < DRAWS; place++) {
      s.predictedSums[place * s.classes + cls] = predicted[place];
      s.hitSums[place * s.classes + cls] = hits[place];
    }
  }
}

// Of the draws, a run's weighted sums.
EXPORT(count) void count(const Sample *sample, const int32_t *rows, const int32_t *to, int32_t count) {
  const Sample s = *sample;
  deviate(s, s.drawn, rows, to, count);
  const auto weighed = [&](int cell) { return __builtin_convertvector(s.own[cell], Sums) * s.weights[cell]; };
  sum(s, weighed, [&](int cls) { return weighed(s.hits[cls]); });
}

// Weights are multiples of 1 / UNITS, so that their sums are exact in any order.
constexpr double UNITS = 1 << 20;

struct Weighing {
  int32_t rows, classes, cells, tableSize;
  const int32_t *units;       // by row: what it is drawn with
  const int32_t *labels;      // by row
  const int32_t *reference, *ends, *hits;  // as above
  const double *support;      // by class: its rows
  const double *tables;       // by class: the weights that a row may have
  const uint16_t *places;     // by unit: which of them it has in each draw
  Sums *weights;              // by row
  Sums *base, *own;           // by cell
  Sums *totals;               // by class
  double *predictedSums, *hitSums;  // draw after draw, by class
};

// The weights of the next draws: those of a class sum to its rows.
EXPORT(weigh) void weigh(const Weighing *weighing) {
  const Weighing w = *weighing;
  __builtin_memset(w.totals, 0, w.classes * sizeof(Sums));
  __builtin_memset(w.base, 0, w.cells * sizeof(Sums));
  for (int row = 0; row < w.rows; row++) {
    const double *table = w.tables + w.labels[row] * w.tableSize;
    const uint16_t *places = w.places + w.units[row] * DRAWS;
    Sums weight;
    for (int place = 0; place < DRAWS; place++) weight[place] = table[places[place]];
    w.weights[row] = weight;
    w.totals[w.labels[row]] += weight;
  }
  for (int row = 0; row < w.rows; row++) {
    const int cls = w.labels[row];
    const Sums exact = w.weights[row] / w.totals[cls] * w.support[cls] * UNITS;
    const Sums below = __builtin_elementwise_floor(exact);
    const Sums isNearerAbove = __builtin_convertvector(exact - below >= 0.5, Sums);  // -1 or 0
    const Sums weight = (below - isNearerAbove) * (1 / UNITS);
    w.weights[row] = weight;
    w.base[w.reference[row]] += weight;
  }
}

// Of the draws, a run's sums of weights.
EXPORT(countWeighed) void countWeighed(const Weighing *weighing, const int32_t *rows, const int32_t *to, int32_t count) {
  const Weighing w = *weighing;
  deviate(w, w.weights, rows, to, count);
  const auto hits = [&](int cls) {
    Sums own = w.own[w.hits[cls]];
    for (int place = 0; place < DRAWS; place++)
      if (own[place] > w.support[cls]) own[place] = w.support[cls];
    return own;
  };
  sum(w, [&](int cell) { return w.own[cell]; }, hits);
}
