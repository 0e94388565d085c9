// Resamples the rows of a split and counts what runs predict for them, DRAWS draws side by side. The caller,
// src/metrics/noise/resampler.ts, lays everything out. Every draw is computed alone, so that the bits do not depend on how many
// there are.
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

// Of the draws, a run's weighted sums; the run differs from the reference in `count` rows, which belong to the cells `to`.
EXPORT(count) void count(const Sample *sample, const int32_t *rows, const int32_t *to, int32_t count) {
  const Sample s = *sample;
  __builtin_memcpy(s.own, s.base, s.cells * sizeof(Counts));
  for (int at = 0; at < count; at++) {
    const Counts drawn = s.drawn[rows[at]];
    s.own[s.reference[rows[at]]] -= drawn;
    s.own[to[at]] += drawn;
  }
  const auto weighed = [&](int cell) { return __builtin_convertvector(s.own[cell], Sums) * s.weights[cell]; };
  for (int cls = 0, cell = 0; cls < s.classes; cls++) {
    Sums predicted{};
    for (; cell < s.ends[cls]; cell++) predicted += weighed(cell);
    const Sums hits = weighed(s.hits[cls]);
    for (int place = 0; place < DRAWS; place++) {
      s.predictedSums[place * s.classes + cls] = predicted[place];
      s.hitSums[place * s.classes + cls] = hits[place];
    }
  }
}
