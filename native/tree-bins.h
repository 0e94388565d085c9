// Puts values into bins, and lays bins out so that histograms are quick.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace {

// Bits of a float that are ordered as numbers are, and back; -0 is 0.
inline uint32_t orderedBits(float value) {
  uint32_t bits;
  value += 0.f;
  __builtin_memcpy(&bits, &value, 4);
  return bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
}
inline uint32_t bitsOf(uint32_t ordered) { return ordered ^ (ordered >> 31 ? 0x80000000u : 0xffffffffu); }

// By radix, eleven bits at a time.
inline void sortBits(uint32_t *values, uint32_t *spare, int count) {
  constexpr int BITS = 11, DIGITS = 1 << BITS;
  uint32_t *from = values, *to = spare;
  for (int shift = 0; shift < 32; shift += BITS) {
    int32_t places[DIGITS] = {};
    for (int at = 0; at < count; at++) places[from[at] >> shift & (DIGITS - 1)]++;
    for (int digit = 0, sum = 0; digit < DIGITS; digit++) {
      const int own = places[digit];
      places[digit] = sum, sum += own;
    }
    for (int at = 0; at < count; at++) to[places[from[at] >> shift & (DIGITS - 1)]++] = from[at];
    uint32_t *const other = from;
    from = to, to = other;
  }
  if (from != values) __builtin_memcpy(values, from, (size_t)count * sizeof(uint32_t));
}

struct Binning {
  const float *features;       // row after row
  const float *edges;          // of all features of numbers: a value is in the bin of the first edge that it does not exceed, or in the last
  const int32_t *edgeStarts;   // by feature, and one more: where its edges begin
  const uint8_t *binsOfCodes;  // of all features of categories
  const int32_t *codeStarts;   // by feature, and one more: where its codes begin
  const uint8_t *missing;      // by feature: the bin of missing values and of unknown categories
  uint8_t *columns;            // feature after feature
  int rowCount, featureCount;

  // Rows are taken in blocks, so that they stay in the cache for all features.
  void run() const {
    constexpr int ROWS = 256;
    for (int begin = 0; begin < rowCount; begin += ROWS) {
      const int end = begin + ROWS < rowCount ? begin + ROWS : rowCount;
      for (int feature = 0; feature < featureCount; feature++) {
        const int codes = codeStarts[feature + 1] - codeStarts[feature];
        codes > 0 ? category(feature, codes, begin, end) : number(feature, begin, end);
      }
    }
  }

  float valueAt(int row, int feature) const { return features[(size_t)row * featureCount + feature]; }

  // Many values at a time, by steps that are the same for all of them, so that nothing branches on a value.
  void number(int feature, int begin, int end) const {
    constexpr int MANY = 16;
    const float *own = edges + edgeStarts[feature];
    const int count = edgeStarts[feature + 1] - edgeStarts[feature];
    uint8_t *out = columns + (size_t)feature * rowCount;
    for (int from = begin; from < end; from += MANY) {
      const int many = end - from < MANY ? end - from : MANY;
      float values[MANY] = {};
      int32_t bins[MANY] = {};
      for (int i = 0; i < many; i++) values[i] = valueAt(from + i, feature);
      // The answer of each is among `length` edges and the end after them.
      for (int length = count; length > 0;) {
        const int half = (length + 1) >> 1;
        for (int i = 0; i < MANY; i++) bins[i] += half & -(int32_t)(own[bins[i] + half - 1] < values[i]);
        length -= half;
      }
      for (int i = 0; i < many; i++) out[from + i] = values[i] == values[i] ? (uint8_t)bins[i] : missing[feature];
    }
  }

  void category(int feature, int codes, int begin, int end) const {
    const uint8_t *own = binsOfCodes + codeStarts[feature];
    uint8_t *out = columns + (size_t)feature * rowCount;
    for (int row = begin; row < end; row++) {
      const float code = valueAt(row, feature);
      out[row] = code >= 0 && code < (float)codes ? own[(int)code] : missing[feature];
    }
  }
};

struct Entries {
  const uint8_t *columns;
  const int32_t *sparse, *places;
  const uint8_t *common;
  uint32_t *starts;
  int rows, sparseCount;

  template <class Found> void each(Found found) const {
    constexpr int ROWS = 1024;
    for (int begin = 0; begin < rows; begin += ROWS)
      for (int at = 0; at < sparseCount; at++) {
        const int feature = sparse[at];
        const uint8_t *column = columns + (size_t)feature * rows;
        for (int row = begin; row < rows && row < begin + ROWS; row++)
          if (column[row] != common[feature]) found(row, places[feature] + column[row]);
      }
  }
  // Leaves in `starts` where the entries of each row begin.
  void count() const {
    each([&](int row, int) { starts[row + 1]++; });
    for (int row = 0; row < rows; row++) starts[row + 1] += starts[row];
  }
  // Moves the starts on to the ends of the rows, and back.
  void write(uint16_t *entries) const {
    each([&](int row, int place) { entries[starts[row]++] = (uint16_t)place; });
    for (int row = rows; row > 0; row--) starts[row] = starts[row - 1];
    starts[0] = 0;
  }
};

}  // namespace
