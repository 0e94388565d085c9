// Grows boosted trees from binned features. src/train/trees/tree-kernel.ts calls it with buffers and numbers in the order in which
// each function reads them. Histograms are sums of integers, and nothing uses fused multiply-add, so that every build gives the
// same bits.
#define SEPARATE_ROUNDING
#include "vector.h"
#include "tree-bins.h"
#include "class-tree.h"
#include "shared-tree.h"
#include "trees.h"

namespace {

struct Call {
  void *const *buffers;
  const double *numbers;
  int buffer = 0, number = 0;
  template <class T> T *next() { return static_cast<T *>(buffers[buffer++]); }
  int integer() { return (int)numbers[number++]; }
  double real() { return numbers[number++]; }
};

// Rows are a multiple of it, and floats are summed apart for each of so many: so sums do not depend on the length of vectors.
constexpr int ROWS = 16;
// Sums of floats grow to so many rows before they are added up in double precision.
constexpr int FLUSHED_ROWS = 1024;

void flush(float *partial, int classes, double *sums) {
  for (int at = 0; at < 2 * classes; at++)
    for (int i = 0; i < ROWS; i++) {
      sums[at] += (double)partial[at * ROWS + i];
      partial[at * ROWS + i] = 0;
    }
}

// Per row the probability of each class (class after class, `stride` rows each) and the factor u of its gradient u · (p - δ) under
// the focal loss; also the sums of the loss, of the rows predicted correctly, and by class of absolute gradients and of curvatures without
// C / (C - 1). Rows up to `stride` are scratch.
void softmaxRows(Call call) {
  const float *scores = call.next<float>();
  const int32_t *labels = call.next<int32_t>();
  const float *alpha = call.next<float>(), *offsets = call.next<float>(), *margins = call.next<float>();
  float *shares = call.next<float>(), *factors = call.next<float>(), *partial = call.next<float>();
  double *sums = call.next<double>();
  const int rows = call.integer(), stride = call.integer(), classes = call.integer();
  const float gamma = (float)call.real(), epsilon = (float)call.real();
  for (int at = 0; at < 2 + 2 * classes; at++) sums[at] = 0;
  for (int row = 0; row < stride; row += LANES) {
    const Ints target = load<Ints>(labels + row);
    Floats most = splat(-__builtin_inff()), plain = most, others = most, own{}, sum{}, weight{};
    Ints best{};
    for (int c = 0; c < classes; c++) {
      const Floats score = load(scores + (size_t)c * stride + row), z = score + offsets[c];
      best = score > plain ? splatInt(c) : best;
      plain = larger(score, plain);
      others = target == c ? others : larger(z, others);
      own = target == c ? z - margins[c] : own;
      weight = target == c ? splat(alpha[c]) : weight;
    }
    most = larger(own, others);
    for (int c = 0; c < classes; c++) {
      const Floats z = load(scores + (size_t)c * stride + row) + offsets[c];
      const Floats power = expOfNegative((target == c ? own : z) - most);
      sum += power;
      store(shares + (size_t)c * stride + row, power);
    }
    Floats rest{};
    for (int c = 0; c < classes; c++) {
      float *at = shares + (size_t)c * stride + row;
      const Floats share = load(at) / sum;
      rest += target == c ? Floats{} : share;
      store(at, share);
    }
    const Floats logP = own - most - log(sum), p = expOfNegative(logP > 0.f ? Floats{} : logP);
    const Floats least = larger(rest, splat(1e-30f)), logRest = log(least > 1.f ? splat(1) : least);
    const Floats power = gamma == 0.f ? splat(1) : expOfNegative(logRest * gamma);
    // d(-α (1-p)^γ log p)/dz_c = u (p_c - δ_c) with u = α (1-p)^γ (1 - γ p log p / (1-p)); ε (1-p)^(γ+1) adds α ε (γ+1) (1-p)^γ p.
    const Floats plainFactor = gamma == 0.f ? weight : weight * power * (1.f - gamma * p * logP / least);
    const Floats factor = plainFactor + weight * power * p * (epsilon * (gamma + 1.f));
    store(factors + row, larger(factor, Floats{}));  // rounding can take it below 0
    for (int c = 0; c < classes; c++) {
      const Floats share = load(shares + (size_t)c * stride + row), part = load(factors + row) * share;
      const Floats gradient = target == c ? load(factors + row) * (1.f - share) : part;
      float *at = partial + 2 * ROWS * c + row % ROWS;
      store(at, load(at) + gradient);
      store(at + ROWS, load(at + ROWS) + part * (1.f - share));
    }
    if ((row + LANES) % FLUSHED_ROWS == 0 || row + LANES >= stride) flush(partial, classes, sums + 2);
    for (int i = 0; i < LANES && row + i < rows; i++) {
      sums[0] += (double)(weight[i] * power[i] * (epsilon * rest[i] - logP[i]));
      sums[1] += best[i] == target[i];
    }
  }
}

template <class Tree> void grow(Call call) {
  Tree tree(call);
  int32_t *grown = call.next<int32_t>();
  grown[0] = tree.grow(), grown[1] = tree.setCount;
}

// Adds a tree's values to the scores of rows: those of `classes` classes from the first on.
void addTree(Call call) {
  const uint8_t *columns = call.next<uint8_t>();
  const int32_t *nodes = call.next<int32_t>();
  const uint32_t *sets = call.next<uint32_t>();
  const float *values = call.next<float>();
  float *scores = call.next<float>();
  const int rows = call.integer(), stride = call.integer(), first = call.integer(), classes = call.integer();
  for (int row = 0; row < rows; row++) {
    const float *leaf = values + (size_t)classes * leafOf(columns, nodes, sets, rows, row);
    for (int c = 0; c < classes; c++) scores[(size_t)(first + c) * stride + row] += leaf[c];
  }
}

// Sorts numbers in ascending order.
void sortValues(Call call) {
  uint32_t *values = call.next<uint32_t>(), *spare = call.next<uint32_t>();
  const int count = call.integer();
  for (int at = 0; at < count; at++) {
    float value;
    __builtin_memcpy(&value, values + at, sizeof value);
    values[at] = orderedBits(value);
  }
  sortBits(values, spare, count);
  for (int at = 0; at < count; at++) values[at] = bitsOf(values[at]);
}

// The bin of every value of the rows, feature after feature.
void binRows(Call call) {
  Binning binning;
  binning.features = call.next<float>(), binning.edges = call.next<float>();
  binning.edgeStarts = call.next<int32_t>(), binning.binsOfCodes = call.next<uint8_t>(), binning.codeStarts = call.next<int32_t>();
  binning.missing = call.next<uint8_t>(), binning.columns = call.next<uint8_t>();
  binning.rowCount = call.integer(), binning.featureCount = call.integer();
  binning.run();
}

// How many rows each bin has: 256 of every feature.
void countBins(Call call) {
  const uint8_t *columns = call.next<uint8_t>();
  int32_t *counts = call.next<int32_t>();
  const int rows = call.integer(), features = call.integer();
  for (int feature = 0; feature < features; feature++)
    for (int row = 0; row < rows; row++) counts[256 * feature + columns[(size_t)feature * rows + row]]++;
}

// Lays the bins of dense features out in blocks.
void layBlocks(Call call) {
  const uint8_t *columns = call.next<uint8_t>();
  const int32_t *dense = call.next<int32_t>();
  uint8_t *blocks = call.next<uint8_t>();
  const int rows = call.integer(), denseCount = call.integer();
  for (int at = 0; at < denseCount; at++) {
    const uint8_t *from = columns + (size_t)dense[at] * rows;
    uint8_t *to = blocks + (size_t)(at / BLOCK) * rows * BLOCK + at % BLOCK;
    for (int row = 0; row < rows; row++) to[(size_t)row * BLOCK] = from[row];
  }
}

Entries entriesOf(Call &call) {
  Entries entries;
  entries.columns = call.next<uint8_t>(), entries.sparse = call.next<int32_t>(), entries.places = call.next<int32_t>();
  entries.common = call.next<uint8_t>(), entries.starts = call.next<uint32_t>();
  entries.rows = call.integer(), entries.sparseCount = call.integer();
  return entries;
}

// Where the entries of each row begin.
void countEntries(Call call) { entriesOf(call).count(); }

// The places of the bins of sparse features that are not the most frequent ones, row after row.
void layEntries(Call call) {
  const Entries entries = entriesOf(call);
  entries.write(call.next<uint16_t>());
}

void callFunction(int32_t what, void *const *buffers, const double *numbers) {
  constexpr void (*functions[])(Call) = {softmaxRows, grow<ClassTree>, addTree,      sortValues, binRows,
                                         countBins,   layBlocks, countEntries, layEntries, grow<SharedTree>};
  functions[what](Call{buffers, numbers});
}

}  // namespace

#if defined(__wasm__)
extern "C" __attribute__((export_name("treesCall"))) void treesCall(int32_t what, void *const *buffers, const double *numbers) {
  callFunction(what, buffers, numbers);
}
#elif defined(INSTRUCTION_SET)
#define TREES_NAME(set) trees_##set
#define TREES_OF(set) TREES_NAME(set)
extern const TreeKernel TREES_OF(INSTRUCTION_SET) = {callFunction};
#endif
