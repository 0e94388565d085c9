// Grows boosted trees from binned features. src/train/trees/tree-kernel.ts calls it with buffers and numbers in the order in which
// each function reads them. Histograms are sums of integers, and nothing uses fused multiply-add, so that every build gives the
// same bits.
#define SEPARATE_ROUNDING
#include "vector.h"

#if defined(__wasm__)
#define EXPORT extern "C" __attribute__((export_name("treesCall")))
#else
#define EXPORT extern "C"
#endif

namespace {

struct Call {
  void *const *buffers;
  const double *numbers;
  int buffer = 0, number = 0;
  template <class T> T *next() { return static_cast<T *>(buffers[buffer++]); }
  int integer() { return (int)numbers[number++]; }
  double real() { return numbers[number++]; }
};

// Per row the probability of each class (class after class, `stride` rows each) and the factor u of its gradient u · (p - δ) under
// the focal loss; also the sums of the loss and of the rows predicted correctly. Rows up to `stride` are scratch.
void softmaxRows(Call call) {
  const float *scores = call.next<float>();
  const int32_t *labels = call.next<int32_t>();
  const float *alpha = call.next<float>(), *offsets = call.next<float>(), *margins = call.next<float>();
  float *shares = call.next<float>(), *factors = call.next<float>();
  double *sums = call.next<double>();
  const int rows = call.integer(), stride = call.integer(), classes = call.integer();
  const float gamma = (float)call.real(), epsilon = (float)call.real();
  sums[0] = sums[1] = 0;
  for (int row = 0; row < rows; row += LANES) {
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
    for (int i = 0; i < LANES && row + i < rows; i++) {
      sums[0] += (double)(weight[i] * power[i] * (epsilon * rest[i] - logP[i]));
      sums[1] += best[i] == target[i];
    }
  }
}

// The node at which a row ends.
int leafOf(const uint8_t *columns, const int32_t *nodes, int rows, int row) {
  int node = 0;
  while (nodes[4 * node] >= 0)
    node = nodes[4 * node + (columns[(size_t)nodes[4 * node] * rows + row] <= nodes[4 * node + 1] ? 2 : 3)];
  return node;
}

// What a leaf of the growing tree knows; sums are of quantised gradients.
struct Leaf {
  int begin, count, node, depth, slot;
  int64_t gradient, curvature;
  double gain;
  int feature, bin;
};

struct Tree {
  const uint8_t *columns;   // feature after feature, a bin per row
  const uint32_t *starts;   // by row, and one more: where its entries begin
  const uint16_t *entries;  // bins that are not the most frequent ones of their features, numbered through all features
  const int32_t *firsts;    // by feature, and one more: its first bin
  const uint8_t *common;    // by feature: its most frequent bin
  const uint8_t *allowed;   // by feature: whether this tree may split on it
  const uint8_t *sampled;   // by row: whether this tree is grown from it
  const float *shares, *factors;
  const int32_t *labels;
  float *scores;
  int64_t *packed;  // by row: gradient << 32 | curvature
  int32_t *order, *spare;
  int64_t *histograms;
  Leaf *leaves;
  int32_t *nodes;  // by node: feature or -1, bin, left, right
  float *values;   // by node
  float *gains;    // by node: what its split takes off the loss, to second order; 0 for a leaf
  int rows, features, cls, classes, mostLeaves, mostDepth, leastRows;
  double lambda, leastCurvature, rate;
  double gradientUnit, curvatureUnit;  // what one of the quantised stands for

  int bins() const { return firsts[features]; }
  int64_t *histogram(const Leaf &leaf) const { return histograms + (size_t)leaf.slot * bins(); }

  static int64_t gradientOf(int64_t sum) { return sum >> 32; }
  static int64_t curvatureOf(int64_t sum) { return (int64_t)(uint32_t)sum; }

  // Gradients as whole numbers, as large as their sums allow.
  void quantise() {
    const float more = classes > 1 ? (float)classes / (float)(classes - 1) : 1.f;
    const auto slope = [&](int row) { return factors[row] * (shares[row] - (labels[row] == cls ? 1.f : 0.f)); };
    const auto bend = [&](int row) { return factors[row] * shares[row] * (1.f - shares[row]) * more; };
    float steepest = 1e-30f, sharpest = 1e-30f;
    for (int row = 0; row < rows; row++) {
      const float g = slope(row) < 0 ? -slope(row) : slope(row), h = bend(row);
      steepest = g > steepest ? g : steepest;
      sharpest = h > sharpest ? h : sharpest;
    }
    const double room = 2147483647. / rows - 1;
    const float most = (float)(room < 32767 ? room : 32767);
    gradientUnit = steepest / most, curvatureUnit = sharpest / most;
    const float g = most / steepest, h = most / sharpest;
    for (int row = 0; row < rows; row++) {
      const float scaled = slope(row) * g;
      const int64_t gradient = (int32_t)(scaled + (scaled < 0 ? -.5f : .5f)), curvature = (int32_t)(bend(row) * h + .5f);
      packed[row] = gradient * 4294967296 + curvature;
    }
  }

  void fill(const Leaf &leaf) const {
    int64_t *sums = histogram(leaf);
    __builtin_memset(sums, 0, bins() * sizeof(int64_t));
    for (int i = leaf.begin; i < leaf.begin + leaf.count; i++) {
      const int row = order[i];
      const int64_t value = packed[row];
      for (uint32_t at = starts[row], end = starts[row + 1]; at < end; at++) sums[entries[at]] += value;
    }
  }

  // The best split of a leaf; its gain is 0 if there is none.
  void judge(Leaf &leaf) const {
    leaf.gain = 0;
    if (leaf.count < 2 * leastRows || (mostDepth > 0 && leaf.depth >= mostDepth)) return;
    const int64_t *sums = histogram(leaf);
    const int64_t total = leaf.gradient * 4294967296 + leaf.curvature;
    const double penalty = lambda / curvatureUnit, least = leastCurvature / curvatureUnit;
    const double rowsPerCurvature = (double)leaf.count / (double)(leaf.curvature > 0 ? leaf.curvature : 1);
    const auto worth = [&](double g, double h) { return g * g / (h + penalty); };
    const double whole = worth((double)leaf.gradient, (double)leaf.curvature);
    for (int feature = 0; feature < features; feature++) {
      if (!allowed[feature]) continue;
      const int first = firsts[feature], end = firsts[feature + 1];
      int64_t rest = total, left = 0;
      for (int bin = first; bin < end; bin++) rest -= sums[bin];
      if (rest == total) continue;
      for (int bin = first; bin < end - 1; bin++) {
        const int64_t here = bin - first == common[feature] ? rest : sums[bin];
        if (here == 0) continue;
        left += here;
        const double g = (double)gradientOf(left), h = (double)curvatureOf(left);
        const double otherH = (double)leaf.curvature - h, below = h * rowsPerCurvature;
        if (h < least || below + .5 < leastRows) continue;
        if (otherH < least || leaf.count - below + .5 < leastRows) break;
        const double gain = worth(g, h) + worth((double)leaf.gradient - g, otherH) - whole;
        if (gain > leaf.gain) leaf.gain = gain, leaf.feature = feature, leaf.bin = bin - first;
      }
    }
  }

  // Moves the rows of the left child to the front, each side in its order; returns how many they are, and adds up their sums.
  int divide(const Leaf &leaf, int64_t &sum) const {
    const uint8_t *column = columns + (size_t)leaf.feature * rows;
    int32_t *from = order + leaf.begin, *to = from, *other = spare;
    sum = 0;
    for (int i = 0; i < leaf.count; i++) {
      const int32_t row = from[i];
      const bool isLeft = column[row] <= leaf.bin;
      sum += isLeft ? packed[row] : 0;
      *(isLeft ? to : other) = row;
      to += isLeft, other += !isLeft;
    }
    __builtin_memcpy(to, spare, (other - spare) * sizeof(int32_t));
    return (int)(to - from);
  }

  void split(int at, int leafCount, int nodeCount) {
    Leaf &leaf = leaves[at], &right = leaves[leafCount];
    int64_t sum;
    const Leaf parent = leaf;
    const int onLeft = divide(parent, sum);
    int32_t *node = nodes + 4 * parent.node;
    gains[parent.node] = (float)(.5 * parent.gain * gradientUnit * gradientUnit / curvatureUnit);
    node[0] = parent.feature, node[1] = parent.bin, node[2] = nodeCount, node[3] = nodeCount + 1;
    leaf.count = onLeft, leaf.node = nodeCount, leaf.depth = parent.depth + 1;
    leaf.gradient = gradientOf(sum), leaf.curvature = curvatureOf(sum);
    right = {parent.begin + onLeft, parent.count - onLeft, nodeCount + 1, parent.depth + 1, leafCount,
             parent.gradient - leaf.gradient, parent.curvature - leaf.curvature, 0, 0, 0};
    for (int child = nodeCount; child < nodeCount + 2; child++) nodes[4 * child] = -1, gains[child] = 0;
    Leaf &smaller = leaf.count < right.count ? leaf : right;
    if (&smaller == &leaf) leaf.slot = leafCount, right.slot = parent.slot;
    fill(smaller);
    int64_t *larger = histograms + (size_t)parent.slot * bins();
    const int64_t *less = histogram(smaller);
    for (int bin = 0; bin < bins(); bin++) larger[bin] -= less[bin];
    judge(leaf);
    judge(right);
  }

  // Leaf-wise: the leaf with the largest gain is split next. Returns the number of nodes.
  int grow() {
    quantise();
    int64_t sum = 0;
    int count = 0;
    for (int row = 0; row < rows; row++)
      if (sampled[row]) order[count++] = row, sum += packed[row];
    leaves[0] = {0, count, 0, 0, 0, gradientOf(sum), curvatureOf(sum), 0, 0, 0};
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
      if (!sampled[row]) scores[row] += values[leafOf(columns, nodes, rows, row)];
    return nodeCount;
  }
};

void growTree(Call call) {
  Tree tree;
  tree.columns = call.next<uint8_t>(), tree.starts = call.next<uint32_t>(), tree.entries = call.next<uint16_t>();
  tree.firsts = call.next<int32_t>(), tree.common = call.next<uint8_t>(), tree.allowed = call.next<uint8_t>();
  tree.sampled = call.next<uint8_t>();
  tree.shares = call.next<float>(), tree.factors = call.next<float>(), tree.labels = call.next<int32_t>();
  tree.scores = call.next<float>(), tree.packed = call.next<int64_t>(), tree.order = call.next<int32_t>();
  tree.spare = call.next<int32_t>(), tree.histograms = call.next<int64_t>(), tree.leaves = call.next<Leaf>();
  tree.nodes = call.next<int32_t>(), tree.values = call.next<float>(), tree.gains = call.next<float>();
  int32_t *nodeCount = call.next<int32_t>();
  tree.rows = call.integer(), tree.features = call.integer(), tree.classes = call.integer(), tree.cls = call.integer();
  const int stride = call.integer();
  tree.mostLeaves = call.integer(), tree.mostDepth = call.integer(), tree.leastRows = call.integer();
  tree.lambda = call.real(), tree.leastCurvature = call.real(), tree.rate = call.real();
  tree.shares += (size_t)tree.cls * stride, tree.scores += (size_t)tree.cls * stride;
  *nodeCount = tree.grow();
}

// Adds a tree's values to the scores of rows.
void addTree(Call call) {
  const uint8_t *columns = call.next<uint8_t>();
  const int32_t *nodes = call.next<int32_t>();
  const float *values = call.next<float>();
  float *scores = call.next<float>();
  const int rows = call.integer(), stride = call.integer(), cls = call.integer();
  for (int row = 0; row < rows; row++) scores[(size_t)cls * stride + row] += values[leafOf(columns, nodes, rows, row)];
}

}  // namespace

EXPORT void treesCall(int32_t what, void *const *buffers, const double *numbers) {
  constexpr void (*functions[])(Call) = {softmaxRows, growTree, addTree};
  functions[what](Call{buffers, numbers});
}
