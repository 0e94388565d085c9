// The own test of trees.cc, to be built with sanitizers: forests of awkward shapes in memory of exactly the sizes that it needs. A tree must
// send every row to a leaf, and boosting must lower the loss. Prints a hash of all trees, which is the same on every processor.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <initializer_list>

#include "trees.cc"

namespace {

int failures = 0;
uint32_t bits = 2166136261u;

void expect(bool holds, const char *what, double detail) {
  if (holds) return;
  failures++;
  printf("FAILED %s (%g)\n", what, detail);
}

template <class T> T *zeros(size_t count) { return static_cast<T *>(calloc(count, sizeof(T))); }

template <class T> void hashBits(const T *from, size_t count) {
  for (const char *at = (const char *)from, *end = (const char *)(from + count); at < end; at++)
    bits = (bits ^ (uint8_t)*at) * 16777619u;
}

struct Shape {
  int rows, features, bins, classes, leaves, depth, leastRows;
  double lambda, gamma, share, epsilon;
};

void testForest(const Shape &s) {
  uint32_t state = 7;
  const auto drawn = [&](uint32_t below) { return (uint32_t)(((uint64_t)(state = state * 1664525u + 1013904223u) * below) >> 32); };
  const int stride = (s.rows + 15) / 16 * 16, nodes = 2 * s.leaves - 1;
  uint8_t *columns = zeros<uint8_t>((size_t)s.rows * s.features), *common = zeros<uint8_t>(s.features);
  uint8_t *allowed = zeros<uint8_t>(s.features), *sampled = zeros<uint8_t>(s.rows), *leaves = zeros<uint8_t>(64 * s.leaves);
  uint32_t *starts = zeros<uint32_t>(s.rows + 1);
  uint16_t *entries = zeros<uint16_t>((size_t)s.rows * s.features);
  int32_t *firsts = zeros<int32_t>(s.features + 1), *labels = zeros<int32_t>(stride), *order = zeros<int32_t>(s.rows);
  int32_t *spare = zeros<int32_t>(s.rows), *tree = zeros<int32_t>(4 * nodes), *nodeCount = zeros<int32_t>(1);
  float *alpha = zeros<float>(s.classes), *offsets = zeros<float>(s.classes), *margins = zeros<float>(s.classes), *factors = zeros<float>(stride);
  float *scores = zeros<float>((size_t)s.classes * stride), *shares = zeros<float>((size_t)s.classes * stride);
  float *values = zeros<float>(nodes), *gains = zeros<float>(nodes);
  int64_t *packed = zeros<int64_t>(s.rows), *histograms = zeros<int64_t>((size_t)s.leaves * s.features * s.bins);
  double *sums = zeros<double>(2);
  for (int f = 0; f < s.features; f++) firsts[f + 1] = firsts[f] + s.bins, common[f] = (uint8_t)drawn(s.bins), allowed[f] = 1;
  for (int row = 0, at = 0; row < s.rows; row++, starts[row] = at) {
    labels[row] = row % s.classes;
    sampled[row] = drawn(1000) < s.share * 1000;
    for (int f = 0; f < s.features; f++) {
      const bool isUsual = drawn(3) == 0;
      const int bin = isUsual ? common[f] : (int)((labels[row] + drawn(s.bins)) % s.bins);
      columns[(size_t)f * s.rows + row] = (uint8_t)bin;
      if (bin != common[f]) entries[at++] = (uint16_t)(firsts[f] + bin);
    }
  }
  for (int c = 0; c < s.classes; c++) alpha[c] = 0.5f + c, offsets[c] = c * -0.25f, margins[c] = (float)s.epsilon * c / s.classes;
  void *softmax[] = {scores, labels, alpha, offsets, margins, shares, factors, sums};
  const double softmaxNumbers[] = {(double)s.rows, (double)stride, (double)s.classes, s.gamma, s.epsilon};
  void *growing[] = {columns, starts, entries, firsts, common, allowed, sampled, shares, factors, labels,
                     scores, packed, order, spare, histograms, leaves, tree, values, gains, nodeCount};
  treesCall(0, softmax, softmaxNumbers);
  const double before = sums[0];
  for (int round = 0; round < 5; round++) {
    for (int c = 0; c < s.classes; c++) {
      const double numbers[] = {(double)s.rows, (double)s.features, (double)s.classes, (double)c, (double)stride, (double)s.leaves,
                                (double)s.depth, (double)s.leastRows, s.lambda, 1e-3, 0.05};
      float *replayed = zeros<float>((size_t)s.classes * stride);
      __builtin_memcpy(replayed, scores, (size_t)s.classes * stride * sizeof(float));
      treesCall(1, growing, numbers);
      void *adding[] = {columns, tree, values, replayed};
      const double addingNumbers[] = {(double)s.rows, (double)stride, (double)c};
      treesCall(2, adding, addingNumbers);
      for (int row = 0; row < s.rows; row++)
        expect(replayed[(size_t)c * stride + row] == scores[(size_t)c * stride + row], "the leaf of a row", row);
      expect(*nodeCount % 2 == 1 && *nodeCount <= nodes, "nodes", *nodeCount);
      for (int node = 0; node < *nodeCount; node++) {
        hashBits(tree + 4 * node, tree[4 * node] < 0 ? 1 : 4);
        if (tree[4 * node] < 0) hashBits(values + node, 1);
        expect(tree[4 * node] < 0 ? gains[node] == 0 : gains[node] > 0, "the gain of a node", gains[node]);
      }
      free(replayed);
    }
    treesCall(0, softmax, softmaxNumbers);
  }
  expect(s.rows < 2 * s.leastRows || sums[0] < before, "a lower loss", sums[0] - before);
  hashBits(shares, (size_t)s.rows);
  for (void *each : {(void *)columns, (void *)common, (void *)allowed, (void *)sampled, (void *)leaves, (void *)starts, (void *)entries,
                     (void *)firsts, (void *)labels, (void *)order, (void *)spare, (void *)tree, (void *)nodeCount, (void *)alpha,
                     (void *)offsets, (void *)margins, (void *)factors, (void *)scores, (void *)shares, (void *)values, (void *)gains, (void *)packed, (void *)histograms,
                     (void *)sums})
    free(each);
}

}  // namespace

int main() {
  const Shape shapes[] = {
      {1, 1, 2, 2, 2, 0, 1, 0, 0, 1},        {37, 3, 4, 2, 4, 0, 3, 0, 0, 1},     {200, 7, 16, 3, 8, 3, 5, 1, 2, 1},
      {513, 5, 256, 21, 31, 0, 2, 1, 0.5, 1}, {300, 40, 9, 4, 15, 0, 10, 5, 1, 0.6, 0.5},
  };
  for (const Shape &shape : shapes) testForest(shape);
  printf("bits %08x\n", bits);
  printf(failures ? "%d failures\n" : "all passed\n", failures);
  return failures > 0;
}
