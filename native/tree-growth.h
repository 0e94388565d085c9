// The growth of one tree from binned features. Histograms are sums of whole numbers, so that their order does not matter.
#pragma once
#include "tree-split.h"

namespace {

constexpr int BLOCK = 16;  // features of which a row's bins lie side by side

struct Tree {
  const uint8_t *columns;       // feature after feature, a bin per row
  const uint8_t *blocks;        // dense features, BLOCK at a time: a row's bins side by side
  const int32_t *blockPlaces;   // by block: where its histograms begin, and the bins of each
  const uint32_t *starts;       // by row, and one more: where its entries begin
  const uint16_t *entries;      // places of bins of sparse features, but for the most frequent ones
  const int32_t *sparse;        // the sparse features
  const int32_t *places;        // by feature: where its histogram begins
  const int32_t *counts;        // by feature: its bins
  const uint8_t *kinds;         // by feature: CATEGORIES, HAS_MISSING
  const uint8_t *common;        // by feature: its most frequent bin
  const uint8_t *allowed;       // by feature: whether this tree may split on it
  const uint8_t *sampled;       // by row: whether this tree is grown from it
  const float *shares, *factors;
  const double *sums;           // of absolute gradients and of curvatures over all rows
  const int32_t *labels;
  float *scores;
  int64_t *packed;              // by row: gradient << 32 | curvature
  int32_t *order, *spare;
  int64_t *histograms;
  Leaf *leaves;
  int32_t *nodes;
  uint32_t *sets;               // of nodes that split categories
  float *values;                // by node
  float *gains;                 // by node: what its split takes off the loss, to second order; 0 for a leaf
  int rows, features, blockCount, sparseCount, width, cls, classes, mostLeaves, mostDepth, leastRows;
  double lambda, leastCurvature, rate;
  double gradientUnit, curvatureUnit;  // what one of the quantised stands for
  int setCount = 0;

  int64_t *histogram(const Leaf &leaf) const { return histograms + (size_t)leaf.slot * width; }

  // Gradients as whole numbers, as large as their sums allow.
  void quantise() {
    const float more = classes > 1 ? (float)classes / (float)(classes - 1) : 1.f;
    const double room = 1073741824. - rows, steepest = sums[0] * 1.001, sharpest = sums[1] * 1.001 * more;
    gradientUnit = (steepest > 1e-25 ? steepest : 1e-25) / room;
    curvatureUnit = (sharpest > 1e-25 ? sharpest : 1e-25) / room;
    const float g = (float)(1 / gradientUnit), h = (float)(1 / curvatureUnit) * more;
    for (int row = 0; row < rows; row++) {
      const float share = shares[row], factor = factors[row], scaled = factor * (share - (labels[row] == cls ? 1.f : 0.f)) * g;
      const int64_t gradient = (int32_t)(scaled + (scaled < 0 ? -.5f : .5f));
      const int64_t curvature = (int32_t)(factor * share * (1.f - share) * h + .5f);
      packed[row] = gradient * 4294967296 + curvature;
    }
  }

  void fill(const Leaf &leaf) const {
    int64_t *sums = histogram(leaf);
    __builtin_memset(sums, 0, width * sizeof(int64_t));
    const int32_t *rowsOf = order + leaf.begin;
    for (int block = 0; block < blockCount; block++) fillBlock(sums, rowsOf, leaf.count, block);
    if (sparseCount > 0) fillSparse(sums, rowsOf, leaf);
  }

  // Rows are fetched ahead; `order` has AHEAD more of them.
  void fillBlock(int64_t *sums, const int32_t *rowsOf, int count, int block) const {
    const uint8_t *bins = blocks + (size_t)block * rows * BLOCK;
    int64_t *const first = sums + blockPlaces[2 * block];
    const int step = blockPlaces[2 * block + 1];
    for (int i = 0; i < count; i++) {
      __builtin_prefetch(bins + (size_t)rowsOf[i + AHEAD] * BLOCK);
      if (block == 0) __builtin_prefetch(packed + rowsOf[i + AHEAD]);
      const uint8_t *own = bins + (size_t)rowsOf[i] * BLOCK;
      const int64_t value = packed[rowsOf[i]];
      int64_t *at = first;
      for (int half = 0; half < BLOCK; half += 8) {
        uint64_t eight;
        __builtin_memcpy(&eight, own + half, 8);
        for (int feature = 0; feature < 8; feature++, eight >>= 8, at += step) at[eight & 255] += value;
      }
    }
  }

  void fillSparse(int64_t *sums, const int32_t *rowsOf, const Leaf &leaf) const {
    for (int i = 0; i < leaf.count; i++) {
      __builtin_prefetch(entries + starts[rowsOf[i + AHEAD]]);
      __builtin_prefetch(packed + rowsOf[i + AHEAD]);
      const int row = rowsOf[i];
      const int64_t value = packed[row];
      for (uint32_t at = starts[row], end = starts[row + 1]; at < end; at++) sums[entries[at]] += value;
    }
    const int64_t total = packedSum(leaf);
    for (int i = 0; i < sparseCount; i++) {
      const int feature = sparse[i];
      int64_t *own = sums + places[feature], rest = total;
      for (int bin = 0; bin < counts[feature]; bin++) rest -= own[bin];
      own[common[feature]] += rest;
    }
  }

  // The best split of a leaf; its gain is 0 if there is none.
  void judge(Leaf &leaf) const {
    leaf.gain = 0;
    if (leaf.count < 2 * leastRows || (mostDepth > 0 && leaf.depth >= mostDepth)) return;
    Judge judge(leaf, {lambda / curvatureUnit, leastCurvature / curvatureUnit, 1 / curvatureUnit, leastRows});
    for (int feature = 0; feature < features; feature++) {
      if (!allowed[feature]) continue;
      const int64_t *sums = histogram(leaf) + places[feature];
      const int bins = counts[feature], last = bins - 1;
      const int64_t missing = (kinds[feature] & HAS_MISSING) != 0 ? sums[last] : 0;
      if (kinds[feature] & CATEGORIES) {
        judge.categories(feature, sums, bins);
        continue;
      }
      judge.numbers(feature, sums, last, 0, 0);
      if (missing != 0) judge.numbers(feature, sums, last - 1, missing, bins << MISSING_SHIFT);
    }
  }

  // Moves the rows of the left child to the front, each side in its order; returns how many they are, and adds up their sums.
  int divide(const Leaf &leaf, int64_t &sum) const {
    uint8_t left[256];
    for (int bin = 0; bin < counts[leaf.feature]; bin++) left[bin] = goesLeft(nodes[4 * leaf.node + 1], bin, sets);
    const uint8_t *column = columns + (size_t)leaf.feature * rows;
    int32_t *from = order + leaf.begin, *to = from, *other = spare;
    sum = 0;
    for (int i = 0; i < leaf.count; i++) {
      __builtin_prefetch(column + from[i + AHEAD]);
      const int32_t row = from[i];
      const bool isLeft = left[column[row]];
      sum += isLeft ? packed[row] : 0;
      *(isLeft ? to : other) = row;
      to += isLeft, other += !isLeft;
    }
    __builtin_memcpy(to, spare, (other - spare) * sizeof(int32_t));
    return (int)(to - from);
  }

  void split(int at, int leafCount, int nodeCount) {
    Leaf &leaf = leaves[at], &right = leaves[leafCount];
    const Leaf parent = leaf;
    int32_t *node = nodes + 4 * parent.node;
    node[0] = parent.feature, node[1] = parent.rule, node[2] = nodeCount, node[3] = nodeCount + 1;
    gains[parent.node] = (float)(.5 * parent.gain * gradientUnit * gradientUnit / curvatureUnit);
    if (parent.rule < 0) {
      __builtin_memcpy(sets + 8 * setCount, parent.set, sizeof parent.set);
      node[1] = -1 - setCount++;
    }
    int64_t sum;
    const int onLeft = divide(parent, sum);
    sendMissing(parent, onLeft);
    leaf.count = onLeft, leaf.node = nodeCount, leaf.depth = parent.depth + 1;
    leaf.gradient = gradientOf(sum), leaf.curvature = curvatureOf(sum);
    right = {parent.begin + onLeft, parent.count - onLeft, nodeCount + 1, parent.depth + 1, leafCount,
             parent.gradient - leaf.gradient, parent.curvature - leaf.curvature, 0, 0, 0, {}};
    for (int child = nodeCount; child < nodeCount + 2; child++) nodes[4 * child] = -1, gains[child] = 0;
    Leaf &smaller = leaf.count < right.count ? leaf : right;
    if (&smaller == &leaf) leaf.slot = leafCount, right.slot = parent.slot;
    fill(smaller);
    int64_t *larger = histograms + (size_t)parent.slot * width;
    const int64_t *less = histogram(smaller);
    for (int bin = 0; bin < width; bin++) larger[bin] -= less[bin];
    judge(leaf);
    judge(right);
  }

  // Where no row of the leaf lacks the value, a row without it goes where most rows go.
  void sendMissing(const Leaf &parent, int onLeft) const {
    const int feature = parent.feature, bins = counts[feature];
    if (kinds[feature] != HAS_MISSING || 2 * onLeft <= parent.count) return;
    const int64_t *sums = histogram(parent) + places[feature];
    if (sums[bins - 1] == 0) nodes[4 * parent.node + 1] |= bins << MISSING_SHIFT;
  }

  // Leaf-wise: the leaf with the largest gain is split next. Returns the number of nodes.
  int grow() {
    quantise();
    int64_t sum = 0;
    int count = 0;
    for (int row = 0; row < rows; row++)
      if (sampled[row]) order[count++] = row, sum += packed[row];
    leaves[0] = {0, count, 0, 0, 0, gradientOf(sum), curvatureOf(sum), 0, 0, 0, {}};
    nodes[0] = -1, gains[0] = 0;
    fill(leaves[0]);
    judge(leaves[0]);
    int leafCount = 1, nodeCount = 1;
    for (; leafCount < mostLeaves; leafCount++, nodeCount += 2) {
      int best = 0;
      for (int at = 1; at < leafCount; at++) best = leaves[at].gain > leaves[best].gain ? at : best;
      if (leaves[best].gain <= 0) break;
      split(best, leafCount, nodeCount);
    }
    for (int at = 0; at < leafCount; at++) {
      const Leaf &leaf = leaves[at];
      const double curvature = (double)leaf.curvature * curvatureUnit + lambda;
      const double step = leafCount == 1 || curvature <= 0 ? 0 : -(double)leaf.gradient * gradientUnit / curvature;
      const float value = values[leaf.node] = (float)(rate * step);
      for (int i = leaf.begin; i < leaf.begin + leaf.count; i++) scores[order[i]] += value;
    }
    for (int row = 0; row < rows && count < rows; row++)
      if (!sampled[row]) scores[row] += values[leafOf(columns, nodes, sets, rows, row)];
    return nodeCount;
  }
};

}  // namespace
