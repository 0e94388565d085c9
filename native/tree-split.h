// What splits of a leaf are worth.
#pragma once
#include "tree-nodes.h"
#include "vector.h"

namespace {

// What a leaf of the growing tree knows; its sum is of quantised gradients.
template <class Sum> struct LeafOf {
  int begin, count, node, depth, slot;
  Sum sum;
  Sum left;  // of the rows that its best split sends left
  double gain;
  int feature;
  int rule;         // as in a node; the index of a set of categories is given when the leaf is split
  uint32_t set[8];  // categories that go left
};

// The sums of a histogram: gradient << 32 | curvature.
typedef LeafOf<int64_t> Leaf;
static_assert(sizeof(Leaf) <= LEAF_BYTES, "src/train/trees/forest.ts reserves LEAF_BYTES for each");
inline int64_t gradientOf(int64_t sum) { return sum >> 32; }
inline int64_t curvatureOf(int64_t sum) { return (int64_t)(uint32_t)sum; }

// What a split needs, in quantised curvature: the penalty, the least curvature of a side, and 1; and the least rows of a side.
struct Limits {
  double penalty, curvature, one;
  int rows;
};

// A bin of a feature of categories with its sums, while the bins are sorted.
struct Category {
  double slope;
  int64_t sum;
  int bin;
  bool before(const Category &other) const { return slope < other.slope || (slope == other.slope && bin < other.bin); }
};

// As LightGBM has them: what is added to the curvature of a category when categories are sorted, and of both sides when they are
// split so; how many go to the smaller side at most; and up to how many are tried one against the rest instead.
constexpr double CATEGORY_SMOOTHING = 10, CATEGORY_PENALTY = 10;
constexpr int MOST_CATEGORIES = 32, FEW_CATEGORIES = 4;

constexpr int WIDTH = LANES / 2;
typedef int64_t Longs __attribute__((vector_size(WIDTH * 8)));
typedef double Reals __attribute__((vector_size(WIDTH * 8)));

INLINE bool any(Longs x) {
#if defined(__AVX512F__)
  return _mm512_test_epi64_mask((__m512i)x, (__m512i)x) != 0;
#elif defined(__AVX2__)
  return !_mm256_testz_si256((__m256i)x, (__m256i)x);
#elif defined(__wasm__)
  return wasm_v128_any_true((v128_t)x);
#else
  return (x[0] | x[1]) != 0;
#endif
}

// Each lane becomes the sum of the lanes up to it. LAST is the last lane, everywhere; ODD and EVEN are the halves of all lanes.
#if defined(__AVX512F__)
#define LAST 7, 7, 7, 7, 7, 7, 7, 7
#define ODD 1, 3, 5, 7, 9, 11, 13, 15
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14
#elif defined(__AVX2__)
#define LAST 3, 3, 3, 3
#define ODD 1, 3, 5, 7
#define EVEN 0, 2, 4, 6
#else
#define LAST 1, 1
#define ODD 1, 3
#define EVEN 0, 2
#endif
INLINE Longs prefixSums(Longs x) {
#if defined(__AVX512F__)
  x += __builtin_shufflevector(Longs{}, x, 0, 8, 9, 10, 11, 12, 13, 14);
  x += __builtin_shufflevector(Longs{}, x, 0, 1, 8, 9, 10, 11, 12, 13);
  return x + __builtin_shufflevector(Longs{}, x, 0, 1, 2, 3, 8, 9, 10, 11);
#elif defined(__AVX2__)
  x += __builtin_shufflevector(Longs{}, x, 0, 4, 5, 6);
  return x + __builtin_shufflevector(Longs{}, x, 0, 1, 4, 5);
#else
  return x + __builtin_shufflevector(Longs{}, x, 0, 2);
#endif
}

// Gradients and curvatures of sums, all below 2^31.
INLINE Reals gradientsOf(Longs x) { return __builtin_convertvector(__builtin_shufflevector((Ints)x, (Ints)x, ODD), Reals); }
INLINE Reals curvaturesOf(Longs x) { return __builtin_convertvector(__builtin_shufflevector((Ints)x, (Ints)x, EVEN), Reals); }

// Shell's; no two are equal, so every method gives the same order.
template <class Of> void sortCategories(Of *of, int count) {
  for (int gap = 121; gap > 0; gap /= 3)
    for (int i = gap; i < count; i++) {
      const Of own = of[i];
      int at = i;
      for (; at >= gap && own.before(of[at - gap]); at -= gap) of[at] = of[at - gap];
      of[at] = own;
    }
}

// What the sides of a split are worth, for one leaf; it keeps the best.
struct Judge {
  Leaf &leaf;
  const Limits limits;
  const double g, h, count, rowsPerCurvature, whole;
  double penalty, bar;

  Judge(Leaf &of, const Limits &given)
      : leaf(of), limits(given), g((double)gradientOf(of.sum)), h((double)curvatureOf(of.sum)), count(of.count),
        rowsPerCurvature(count / (h > 0 ? h : 1)), whole(g * g / (h + given.penalty)), penalty(given.penalty), bar(whole) {}

  // Whether a side has too little.
  bool isSmall(double curvature, double rows) const { return curvature < limits.curvature || rows + .5 < limits.rows; }

  // Whether this split is the best so far: gain > bar, without a division.
  bool isBest(int64_t left, double below) {
    const double own = (double)gradientOf(left), other = g - own, under = below + penalty, over = h - below + penalty;
    const double worth = own * own * over + other * other * under;
    if (!(worth > bar * (under * over))) return false;
    bar = worth / (under * over);
    return true;
  }

  void keep(int feature, int rule, int64_t left) { leaf.gain = bar - whole, leaf.feature = feature, leaf.rule = rule, leaf.left = left; }

  // Splits between neighbouring bins; `left` is what goes left anyway. Reads up to WIDTH - 1 sums beyond the bins.
  void numbers(int feature, const int64_t *sums, int bins, int64_t left, int missingLeft) {
    Longs before = Longs{} + left;
    for (int bin = 0; bin < bins; bin += WIDTH) {
      const Longs here = load<Longs>(sums + bin);
      if (!any(here)) continue;
      const Longs own = prefixSums(here) + before;
      before = __builtin_shufflevector(own, own, LAST);
      const Reals below = curvaturesOf(own), one = gradientsOf(own), over = h - below, other = g - one;
      const Reals under = below + penalty, rest = over + penalty;
      const Longs isGain = one * one * rest + other * other * under > bar * (under * rest);
      if (!any(isGain)) continue;
      const Reals rows = below * rowsPerCurvature;
      // An empty bin splits as the one before it does: rounding must not choose between them.
      const Longs isBetter = isGain & (here != 0) & (below >= limits.curvature) & (rows + .5 >= limits.rows) &
                             (over >= limits.curvature) & (count - rows + .5 >= limits.rows);
      if (!any(isBetter)) continue;
      for (int i = 0; i < WIDTH && bin + i < bins; i++)
        if (isBetter[i] && isBest(own[i], below[i])) keep(feature, (bin + i) | missingLeft, own[i]);
    }
  }

  // One category against the others, or the first or last ones of those sorted by their slope.
  void categories(int feature, const int64_t *sums, int bins) {
    Category sorted[256];
    int found = 0;
    const double smoothing = CATEGORY_SMOOTHING * limits.one;
    for (int bin = 0; bin < bins; bin++)
      if (sums[bin] != 0)
        sorted[found++] = {(double)gradientOf(sums[bin]) / ((double)curvatureOf(sums[bin]) + smoothing), sums[bin], bin};
    if (found <= FEW_CATEGORIES) {
      for (int at = 0; at < (found > 2 ? found : 1); at++) offer(feature, sorted, {at, at + 1});
      return;
    }
    sortCategories(sorted, found);
    penalty += CATEGORY_PENALTY * limits.one;
    const int first = found - 1 < MOST_CATEGORIES ? found - 1 : MOST_CATEGORIES;
    for (int taken = 1; taken <= first; taken++) offer(feature, sorted, {0, taken});
    // Longer ones of the first are shorter ones of the last.
    for (int taken = 1; taken <= MOST_CATEGORIES && taken < found - first; taken++) offer(feature, sorted, {found - taken, found});
    penalty = limits.penalty;
  }

  struct Range {
    int begin, end;
  };

  // These categories on the left.
  void offer(int feature, const Category *sorted, Range taken) {
    int64_t left = 0;
    for (int at = taken.begin; at < taken.end; at++) left += sorted[at].sum;
    const double below = (double)curvatureOf(left), rows = below * rowsPerCurvature;
    if (isSmall(below, rows) || isSmall(h - below, count - rows) || !isBest(left, below)) return;
    keep(feature, -1, left);
    __builtin_memset(leaf.set, 0, sizeof leaf.set);
    for (int at = taken.begin; at < taken.end; at++) leaf.set[sorted[at].bin >> 5] |= 1u << (sorted[at].bin & 31);
  }
};

}  // namespace
