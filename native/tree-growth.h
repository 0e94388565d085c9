// The growth of a tree from binned features, whatever its histograms sum. They sum whole numbers, so that their order does not matter.
#pragma once
#include "tree-split.h"

namespace {

constexpr int BLOCK = 16;  // features of which a row's bins lie side by side

inline bool isZero(int64_t sum) { return sum == 0; }

// `Own` is the tree: it makes sums of gradients and gives leaves their values. `Leaf` has sums of the kind that histograms have, and `Judge`
// finds its best split.
template <class Own, class Leaf, class Judge> struct Growth {
  using Sum = decltype(Leaf::sum);
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
  Sum *packed;                  // by row: what it adds to a sum
  int32_t *order, *spare;
  Sum *histograms;
  Leaf *leaves;
  int32_t *nodes;
  uint32_t *sets;               // of nodes that split categories
  float *values;                // by node
  float *gains;                 // by node: what its split takes off the loss, to second order; 0 for a leaf
  int rows, features, blockCount, sparseCount, width, classes, stride, mostLeaves, mostDepth, leastRows;
  double lambda, leastCurvature, rate;
  double curvatureUnit;  // what one of the quantised stands for
  int setCount = 0, sampledCount = 0, leafCount = 1;

  template <class Call> explicit Growth(Call &call) {
    columns = call.template next<uint8_t>(), blocks = call.template next<uint8_t>(), blockPlaces = call.template next<int32_t>();
    starts = call.template next<uint32_t>(), entries = call.template next<uint16_t>(), sparse = call.template next<int32_t>();
    places = call.template next<int32_t>(), counts = call.template next<int32_t>(), kinds = call.template next<uint8_t>();
    common = call.template next<uint8_t>(), allowed = call.template next<uint8_t>(), sampled = call.template next<uint8_t>();
    shares = call.template next<float>(), factors = call.template next<float>(), sums = call.template next<double>();
    labels = call.template next<int32_t>(), scores = call.template next<float>(), packed = call.template next<Sum>();
    order = call.template next<int32_t>(), spare = call.template next<int32_t>(), histograms = call.template next<Sum>();
    leaves = call.template next<Leaf>(), nodes = call.template next<int32_t>(), sets = call.template next<uint32_t>();
    values = call.template next<float>(), gains = call.template next<float>();
    rows = call.integer(), features = call.integer(), blockCount = call.integer(), sparseCount = call.integer();
    width = call.integer(), classes = call.integer(), stride = call.integer();
    mostLeaves = call.integer(), mostDepth = call.integer(), leastRows = call.integer();
    lambda = call.real(), leastCurvature = call.real(), rate = call.real();
  }

  Own &own() { return static_cast<Own &>(*this); }
  Sum *histogram(const Leaf &leaf) const { return histograms + (size_t)leaf.slot * width; }

  // The best split of a leaf; its gain is 0 if there is none.
  void judge(Leaf &leaf) const {
    leaf.gain = 0;
    if (leaf.count < 2 * leastRows || (mostDepth > 0 && leaf.depth >= mostDepth)) return;
    Judge judge(leaf, {lambda / curvatureUnit, leastCurvature / curvatureUnit, 1 / curvatureUnit, leastRows});
    for (int feature = 0; feature < features; feature++) {
      if (!allowed[feature]) continue;
      const Sum *sums = histogram(leaf) + places[feature];
      const int bins = counts[feature], last = bins - 1;
      if (kinds[feature] & CATEGORIES) {
        judge.categories(feature, sums, bins);
        continue;
      }
      judge.numbers(feature, sums, last, Sum{}, 0);
      const bool hasMissing = (kinds[feature] & HAS_MISSING) != 0 && !isZero(sums[last]);
      if (hasMissing) judge.numbers(feature, sums, last - 1, sums[last], bins << MISSING_SHIFT);
    }
  }

  void fill(const Leaf &leaf) const {
    Sum *sums = histogram(leaf);
    __builtin_memset((void *)sums, 0, width * sizeof(Sum));
    const int32_t *rowsOf = order + leaf.begin;
    for (int block = 0; block < blockCount; block++) fillBlock(sums, rowsOf, leaf.count, block);
    if (sparseCount > 0) fillSparse(sums, rowsOf, leaf);
  }

  // A feature has room for a power of two of bins, so that code for each knows where the sums lie.
  void fillBlock(Sum *sums, const int32_t *rowsOf, int count, int block) const {
    Sum *const first = sums + blockPlaces[2 * block];
    switch (blockPlaces[2 * block + 1]) {
      case 32: return fillRows<32>(first, rowsOf, count, block);
      case 64: return fillRows<64>(first, rowsOf, count, block);
      case 128: return fillRows<128>(first, rowsOf, count, block);
      default: return fillRows<256>(first, rowsOf, count, block);
    }
  }

  template <int STEP> INLINE static void addRow(Sum *first, const uint8_t *own, const Sum &value) {
#pragma GCC unroll 16
    for (int feature = 0; feature < BLOCK; feature++) (first + feature * STEP)[own[feature]] += value;
  }

#if defined(__wasm__)
  // Nothing can be fetched ahead here. What a leaf's rows have lies apart, so it is copied first, COPIED rows at a time: that waits for
  // many of them at once.
  static constexpr int COPIED = 64;

  template <int STEP> void fillRows(Sum *first, const int32_t *rowsOf, int count, int block) const {
    const uint8_t *bins = blocks + (size_t)block * rows * BLOCK;
    alignas(BLOCK) uint8_t copied[COPIED][BLOCK];
    Sum values[COPIED];
    for (int from = 0; from < count; from += COPIED) {
      const int many = count - from < COPIED ? count - from : COPIED;
      for (int i = 0; i < many; i++) {
        __builtin_memcpy(copied[i], bins + (size_t)rowsOf[from + i] * BLOCK, BLOCK);
        values[i] = packed[rowsOf[from + i]];
      }
      for (int i = 0; i < many; i++) addRow<STEP>(first, copied[i], values[i]);
    }
  }

  void addEntries(Sum *sums, const int32_t *rowsOf, int count) const {
    uint32_t begins[COPIED], ends[COPIED];
    Sum values[COPIED];
    for (int from = 0; from < count; from += COPIED) {
      const int many = count - from < COPIED ? count - from : COPIED;
      for (int i = 0; i < many; i++) {
        const int row = rowsOf[from + i];
        begins[i] = starts[row], ends[i] = starts[row + 1], values[i] = packed[row];
      }
      for (int i = 0; i < many; i++)
        for (uint32_t at = begins[i]; at < ends[i]; at++) sums[entries[at]] += values[i];
    }
  }
#else
  // Rows are fetched ahead; `order` has AHEAD more of them.
  template <int STEP> void fillRows(Sum *first, const int32_t *rowsOf, int count, int block) const {
    const uint8_t *bins = blocks + (size_t)block * rows * BLOCK;
    for (int i = 0; i < count; i++) {
      __builtin_prefetch(bins + (size_t)rowsOf[i + AHEAD] * BLOCK);
      if (block == 0) __builtin_prefetch(packed + rowsOf[i + AHEAD]);
      addRow<STEP>(first, bins + (size_t)rowsOf[i] * BLOCK, packed[rowsOf[i]]);
    }
  }

  void addEntries(Sum *sums, const int32_t *rowsOf, int count) const {
    for (int i = 0; i < count; i++) {
      __builtin_prefetch(entries + starts[rowsOf[i + AHEAD]]);
      __builtin_prefetch(packed + rowsOf[i + AHEAD]);
      const int row = rowsOf[i];
      const Sum value = packed[row];
      for (uint32_t at = starts[row], end = starts[row + 1]; at < end; at++) sums[entries[at]] += value;
    }
  }
#endif

  // Entries leave out the most frequent bins, which have the rest of the leaf.
  void fillSparse(Sum *sums, const int32_t *rowsOf, const Leaf &leaf) const {
    addEntries(sums, rowsOf, leaf.count);
    for (int i = 0; i < sparseCount; i++) {
      const int feature = sparse[i];
      Sum *own = sums + places[feature], rest = leaf.sum;
      for (int bin = 0; bin < counts[feature]; bin++) rest -= own[bin];
      own[common[feature]] += rest;
    }
  }

  // Moves the rows of the left child to the front, each side in its order; returns how many they are.
  int divide(const Leaf &leaf) const {
    uint8_t left[256];
    for (int bin = 0; bin < counts[leaf.feature]; bin++) left[bin] = goesLeft(nodes[4 * leaf.node + 1], bin, sets);
    const uint8_t *column = columns + (size_t)leaf.feature * rows;
    int32_t *from = order + leaf.begin, *to = from, *other = spare;
    for (int i = 0; i < leaf.count; i++) {
      __builtin_prefetch(column + from[i + AHEAD]);
      const int32_t row = from[i];
      const bool isLeft = left[column[row]];
      *(isLeft ? to : other) = row;
      to += isLeft, other += !isLeft;
    }
    __builtin_memcpy(to, spare, (other - spare) * sizeof(int32_t));
    return (int)(to - from);
  }

  void split(int at, int nodeCount) {
    Leaf &leaf = leaves[at], &right = leaves[leafCount];
    const Leaf parent = leaf;
    int32_t *node = nodes + 4 * parent.node;
    node[0] = parent.feature, node[1] = parent.rule, node[2] = nodeCount, node[3] = nodeCount + 1;
    gains[parent.node] = own().gainOf(parent);
    if (parent.rule < 0) {
      __builtin_memcpy(sets + 8 * setCount, parent.set, sizeof parent.set);
      node[1] = -1 - setCount++;
    }
    const int onLeft = divide(parent);
    sendMissing(parent, onLeft);
    leaf.count = onLeft, leaf.node = nodeCount, leaf.depth = parent.depth + 1;
    leaf.sum = parent.left;
    right = {parent.begin + onLeft, parent.count - onLeft, nodeCount + 1, parent.depth + 1, leafCount,
             parent.sum - parent.left, Sum{}, 0, 0, 0, {}};
    for (int child = nodeCount; child < nodeCount + 2; child++) nodes[4 * child] = -1, gains[child] = 0;
    Leaf &smaller = leaf.count < right.count ? leaf : right;
    if (&smaller == &leaf) leaf.slot = leafCount, right.slot = parent.slot;
    fill(smaller);
    Sum *larger = histograms + (size_t)parent.slot * width;
    const Sum *less = histogram(smaller);
    for (int bin = 0; bin < width; bin++) larger[bin] -= less[bin];
    judge(leaf);
    judge(right);
  }

  // Where no row of the leaf lacks the value, a row without it goes where most rows go.
  void sendMissing(const Leaf &parent, int onLeft) const {
    const int feature = parent.feature, bins = counts[feature];
    if (kinds[feature] != HAS_MISSING || 2 * onLeft <= parent.count) return;
    const Sum *sums = histogram(parent) + places[feature];
    if (isZero(sums[bins - 1])) nodes[4 * parent.node + 1] |= bins << MISSING_SHIFT;
  }

  // Leaf-wise: the leaf with the largest gain is split next. Returns the number of nodes.
  int grow() {
    own().quantise();
    Sum sum{};
    for (int row = 0; row < rows; row++)
      if (sampled[row]) order[sampledCount++] = row, sum += packed[row];
    leaves[0] = {0, sampledCount, 0, 0, 0, sum, Sum{}, 0, 0, 0, {}};
    nodes[0] = -1, gains[0] = 0;
    fill(leaves[0]);
    judge(leaves[0]);
    int nodeCount = 1;
    for (; leafCount < mostLeaves; leafCount++, nodeCount += 2) {
      int best = 0;
      for (int at = 1; at < leafCount; at++) best = leaves[at].gain > leaves[best].gain ? at : best;
      if (leaves[best].gain <= 0) break;
      split(best, nodeCount);
    }
    own().step();
    return nodeCount;
  }
};

}  // namespace
