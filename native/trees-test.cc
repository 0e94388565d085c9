// The own test of trees.cc, to be built with sanitizers: tables of awkward shapes in memory of exactly the sizes that it needs, put into bins
// and boosted. A bin must hold its values, a tree must send every row to a leaf, and boosting must lower the loss. Prints a hash of all trees,
// which is the same on every processor and instruction set.
#include <math.h>
#include <stdlib.h>

#include "own-test.h"
#include "trees.cc"

namespace {

// Freed together at the end of a shape.
void *allocated[64];
int allocations = 0;

template <class T> T *zeros(size_t count) {
  return static_cast<T *>(allocated[allocations++] = calloc(count, sizeof(T)));
}

enum Function { SOFTMAX, GROW, ADD, SORT, BIN, COUNT_BINS, LAY_BLOCKS, COUNT_ENTRIES, LAY_ENTRIES, GROW_SHARED };

struct Shape {
  int rows, features, bins, classes, leaves, depth, leastRows;
  double lambda, gamma, share, epsilon;
};

uint32_t state;
uint32_t drawn(uint32_t below) { return (uint32_t)(((uint64_t)(state = state * 1664525u + 1013904223u) * below) >> 32); }

// Features are in turn dense numbers, numbers of which most are 0, numbers some of which are missing, and categories.
struct Table {
  const Shape &s;
  const int stride = (s.rows + 15) / 16 * 16;
  int width = 8, dense = 0, sparse = 0;
  float *features = zeros<float>((size_t)s.rows * s.features);
  int32_t *labels = zeros<int32_t>(stride);
  uint8_t *columns = zeros<uint8_t>((size_t)s.rows * s.features), *kinds = zeros<uint8_t>(s.features), *common = zeros<uint8_t>(s.features);
  int32_t *places = zeros<int32_t>(s.features), *counts = zeros<int32_t>(s.features), *sparseFeatures = zeros<int32_t>(s.features);
  int32_t *denseFeatures = zeros<int32_t>(s.features), *blockPlaces = zeros<int32_t>(2 * (s.features / 16 + 1));
  uint8_t *blocks = nullptr;
  uint32_t *starts = zeros<uint32_t>(s.rows + 1);
  uint16_t *entries = nullptr;

  bool isCategories(int f) const { return f % 4 == 3; }

  explicit Table(const Shape &shape) : s(shape) {
    for (int row = 0; row < s.rows; row++) {
      labels[row] = row % s.classes;
      for (int f = 0; f < s.features; f++) {
        float &value = features[(size_t)row * s.features + f];
        value = (float)((labels[row] + drawn(s.bins)) % s.bins);
        if (f % 4 == 1 && drawn(4) > 0) value = 0;
        if (f % 4 == 2 && drawn(3) == 0) value = __builtin_nanf("");
        if (f % 4 == 0) value = (value - 3) * 0.25f;
      }
    }
    bin();
    layOut();
  }

  void bin() {
    int32_t *edgeStarts = zeros<int32_t>(s.features + 1), *codeStarts = zeros<int32_t>(s.features + 1);
    float *edges = zeros<float>((size_t)s.features * 255), *sorted = zeros<float>(s.rows);
    uint32_t *spare = zeros<uint32_t>(s.rows);
    uint8_t *codes = zeros<uint8_t>((size_t)s.features * s.bins), *missing = zeros<uint8_t>(s.features);
    int edge = 0, code = 0;
    for (int f = 0; f < s.features; f++) {
      kinds[f] = isCategories(f) ? CATEGORIES : f % 4 == 2 ? HAS_MISSING : 0;
      int found = 0;
      for (int row = 0; row < s.rows; row++) {
        const float value = features[(size_t)row * s.features + f];
        if (value == value) sorted[found++] = value;
      }
      void *sorting[] = {sorted, spare};
      const double numbers[] = {(double)found};
      callFunction(SORT, sorting, numbers);
      for (int at = 1; at < found; at++) expect(sorted[at - 1] <= sorted[at], "sorted values", at);
      const int own = edge;
      for (int at = 1; at < found && !isCategories(f) && edge - own < 254; at++)
        if (sorted[at - 1] < sorted[at]) edges[edge++] = sorted[at - 1];
      for (int category = 0; category < s.bins && isCategories(f); category++) codes[code++] = (uint8_t)(s.bins - 1 - category);
      edgeStarts[f + 1] = edge, codeStarts[f + 1] = code;
      counts[f] = isCategories(f) ? s.bins : edge - own + 1 + (kinds[f] == HAS_MISSING);
      missing[f] = (uint8_t)(counts[f] - 1);
    }
    void *binning[] = {features, edges, edgeStarts, codes, codeStarts, missing, columns};
    const double numbers[] = {(double)s.rows, (double)s.features};
    callFunction(BIN, binning, numbers);
    for (int row = 0; row < s.rows; row++)
      for (int f = 0; f < s.features; f++) {
        const float value = features[(size_t)row * s.features + f];
        int expected = missing[f];
        if (isCategories(f)) expected = s.bins - 1 - (int)value;
        else if (value == value)
          for (expected = 0; expected < edgeStarts[f + 1] - edgeStarts[f] && edges[edgeStarts[f] + expected] < value;) expected++;
        expect(columns[(size_t)f * s.rows + row] == expected, "the bin of a value", f);
      }
  }

  void layOut() {
    int32_t *rowsOfBins = zeros<int32_t>((size_t)256 * s.features);
    void *counting[] = {columns, rowsOfBins};
    const double size[] = {(double)s.rows, (double)s.features};
    callFunction(COUNT_BINS, counting, size);
    for (int f = 0; f < s.features; f++) {
      const int32_t *own = rowsOfBins + 256 * f;
      for (int bin = 0; bin < 256; bin++) common[f] = own[bin] > own[common[f]] ? (uint8_t)bin : common[f];
      if (f % 4 == 1) sparseFeatures[sparse++] = f, places[f] = width - 8, width += counts[f];
      else denseFeatures[dense++] = f;
    }
    for (int at = 0; at < dense; at++) {
      int32_t *place = blockPlaces + at / 16 * 2;
      if (at % 16 == 0) place[0] = width - 8, place[1] = 256, width += 16 * 256;
      places[denseFeatures[at]] = place[0] + at % 16 * 256;
    }
    blocks = zeros<uint8_t>((size_t)(dense + 15) / 16 * 16 * s.rows);
    void *laying[] = {columns, denseFeatures, blocks};
    const double numbers[] = {(double)s.rows, (double)dense};
    callFunction(LAY_BLOCKS, laying, numbers);
    const double entryNumbers[] = {(double)s.rows, (double)sparse};
    void *counted[] = {columns, sparseFeatures, places, common, starts};
    callFunction(COUNT_ENTRIES, counted, entryNumbers);
    entries = zeros<uint16_t>(starts[s.rows]);
    void *written[] = {columns, sparseFeatures, places, common, starts, entries};
    callFunction(LAY_ENTRIES, written, entryNumbers);
  }
};

// Boosts trees of each class, or trees that all share.
void testForest(const Shape &s, bool isShared) {
  state = 7;
  Table table(s);
  const int stride = table.stride, nodes = 2 * s.leaves - 1, outputs = isShared ? s.classes : 1, size = isShared ? SUMS : 2;
  uint8_t *allowed = zeros<uint8_t>(s.features), *sampled = zeros<uint8_t>(s.rows), *leaves = zeros<uint8_t>(LEAF_BYTES * s.leaves);
  int32_t *order = zeros<int32_t>(s.rows + AHEAD), *spare = zeros<int32_t>(s.rows), *tree = zeros<int32_t>(4 * nodes);
  int32_t *grown = zeros<int32_t>(2);
  uint32_t *sets = zeros<uint32_t>(8 * (s.leaves - 1));
  float *alpha = zeros<float>(s.classes), *offsets = zeros<float>(s.classes), *margins = zeros<float>(s.classes), *factors = zeros<float>(stride);
  float *scores = zeros<float>((size_t)s.classes * stride), *shares = zeros<float>((size_t)s.classes * stride);
  float *replayed = zeros<float>((size_t)s.classes * stride), *partial = zeros<float>(32 * s.classes);
  float *values = zeros<float>((size_t)outputs * nodes), *gains = zeros<float>(nodes);
  int32_t *packed = zeros<int32_t>((size_t)size * s.rows), *histograms = zeros<int32_t>((size_t)size * s.leaves * table.width);
  double *sums = zeros<double>(2 + 2 * s.classes), *below = zeros<double>(2 * nodes);
  float *weights = zeros<float>(SUMS * s.classes), *mixed = zeros<float>((size_t)SUMS * s.rows);
  for (int f = 0; f < s.features; f++) allowed[f] = 1;
  for (int row = 0; row < s.rows; row++) sampled[row] = drawn(1000) < s.share * 1000;
  for (int c = 0; c < s.classes; c++) alpha[c] = 0.5f + c, offsets[c] = c * -0.25f, margins[c] = (float)s.epsilon * c / s.classes;
  for (int c = 0; c < s.classes && isShared; c++)
    for (int i = 0; i < MIXTURES; i++) weights[SUMS * c + i] = drawn(2) == 0 ? 1.f : -1.f;
  void *softmax[] = {scores, table.labels, alpha, offsets, margins, shares, factors, partial, sums};
  const double softmaxNumbers[] = {(double)s.rows, (double)stride, (double)s.classes, s.gamma, s.epsilon};
  void *growing[] = {table.columns, table.blocks, table.blockPlaces, table.starts, table.entries, table.sparseFeatures, table.places,
                     table.counts, table.kinds, table.common, allowed, sampled, shares, factors, sums, table.labels, scores, packed, order,
                     spare, histograms, leaves, tree, sets, values, gains, isShared ? (void *)weights : grown, mixed, below, grown};
  callFunction(SOFTMAX, softmax, softmaxNumbers);
  const double before = sums[0];
  for (int round = 0; round < 5; round++) {
    for (int c = 0; c < s.classes; c += outputs) {
      const double numbers[] = {(double)s.rows, (double)s.features, (double)((table.dense + 15) / 16), (double)table.sparse,
                                (double)table.width, (double)s.classes, (double)stride, (double)s.leaves, (double)s.depth,
                                (double)s.leastRows, s.lambda, 1e-3, 0.05, (double)c};
      __builtin_memcpy(replayed, scores, (size_t)s.classes * stride * sizeof(float));
      callFunction(isShared ? GROW_SHARED : GROW, growing, numbers);
      void *adding[] = {table.columns, tree, sets, values, replayed};
      const double addingNumbers[] = {(double)s.rows, (double)stride, (double)c, (double)outputs};
      callFunction(ADD, adding, addingNumbers);
      for (int cls = c; cls < c + outputs; cls++)
        for (int row = 0; row < s.rows; row++)
          expect(replayed[(size_t)cls * stride + row] == scores[(size_t)cls * stride + row], "the leaf of a row", row);
      expect(grown[0] % 2 == 1 && grown[0] <= nodes, "nodes", grown[0]);
      for (int node = 0; node < grown[0]; node++) {
        const bool isLeaf = tree[4 * node] < 0;
        hashBits(tree + 4 * node, isLeaf ? 1 : 4);
        if (isLeaf) hashBits(values + (size_t)outputs * node, outputs);
        else hashBits(gains + node, 1);
        // What all classes gain together may be less than what their mixtures promise.
        expect(isLeaf ? gains[node] == 0 : gains[node] > 0 || (isShared && gains[node] == 0), "the gain of a node", gains[node]);
      }
      hashBits(sets, (size_t)8 * grown[1]);
    }
    callFunction(SOFTMAX, softmax, softmaxNumbers);
  }
  expect(s.rows < 2 * s.leastRows || sums[0] < before, "a lower loss", sums[0] - before);
  hashBits(shares, (size_t)s.rows);
  while (allocations > 0) free(allocated[--allocations]);
}

}  // namespace

int main() {
  const Shape shapes[] = {
      {1, 1, 2, 2, 2, 0, 1, 0, 0, 1},        {37, 3, 4, 2, 4, 0, 3, 0, 0, 1},     {200, 7, 16, 3, 8, 3, 5, 1, 2, 1},
      {513, 5, 255, 21, 31, 0, 2, 1, 0.5, 1}, {300, 40, 9, 4, 15, 0, 10, 5, 1, 0.6, 0.5}, {400, 8, 3, 3, 15, 0, 4, 1, 0, 1},
  };
  for (const Shape &shape : shapes) testForest(shape, false);
  for (const Shape &shape : shapes) testForest(shape, true);
  return reported();
}
