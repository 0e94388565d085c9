// What splits of a leaf are worth for all classes at once.
#pragma once
#include "tree-split.h"
#include "vector.h"

namespace {

// Of mixtures of gradients, of their curvature, and of rows.
constexpr int SUMS = 8, MIXTURES = SUMS - 2, CURVATURE = MIXTURES, ROW_COUNT = MIXTURES + 1;

// By less a split cannot be told from none, for rounding.
constexpr float ROUNDING = 1.00001f;

struct Sketch {
  int32_t of[SUMS];

  INLINE void operator+=(const Sketch &other) {
    for (int i = 0; i < SUMS; i++) of[i] += other.of[i];
  }
  INLINE void operator-=(const Sketch &other) {
    for (int i = 0; i < SUMS; i++) of[i] -= other.of[i];
  }
  INLINE Sketch operator-(const Sketch &other) const {
    Sketch less = *this;
    less -= other;
    return less;
  }
  int rows() const { return of[ROW_COUNT]; }
  float curvature() const { return (float)of[CURVATURE]; }
};
typedef LeafOf<Sketch> SketchLeaf;
static_assert(sizeof(SketchLeaf) <= LEAF_BYTES, "src/train/trees/forest.ts reserves LEAF_BYTES for each");

inline bool isZero(const Sketch &sum) { return sum.rows() == 0; }

// The mixtures of a sum; the rest is 0.
struct Mixed {
  float of[SUMS];

  INLINE explicit Mixed(const Sketch &sum) {
    for (int i = 0; i < SUMS; i++) of[i] = (float)sum.of[i];
    of[CURVATURE] = of[ROW_COUNT] = 0;
  }
  // In the same order on every processor.
  INLINE float squares() const {
    float x[SUMS];
    for (int i = 0; i < SUMS; i++) x[i] = of[i] * of[i];
    for (int width = SUMS / 2; width > 0; width /= 2)
      for (int i = 0; i < width; i++) x[i] += x[i + width];
    return x[0];
  }
};

// A bin of a feature of categories, while the bins are sorted by one mixture.
struct MixedCategory {
  float slope;
  int bin;
  bool before(const MixedCategory &other) const { return slope < other.slope || (slope == other.slope && bin < other.bin); }
};

// As Judge, by the squares of all mixtures over their common curvature.
struct SharedJudge {
  SketchLeaf &leaf;
  const Limits limits;
  const int count;
  const float penalty, one, whole;
  float bar, more = 0;

  SharedJudge(SketchLeaf &of, const Limits &given)
      : leaf(of), limits(given), count(of.count), penalty((float)given.penalty), one((float)given.one),
        whole(Mixed(of.sum).squares() / (of.sum.curvature() + penalty)), bar(whole * ROUNDING) {}

  bool isBest(const Sketch &left) {
    const Sketch right = leaf.sum - left;
    const float below = left.curvature(), rest = right.curvature(), extra = penalty + more;
    if ((double)below < limits.curvature || (double)rest < limits.curvature) return false;
    const float worth = Mixed(left).squares() / (below + extra) + Mixed(right).squares() / (rest + extra);
    if (!(worth > bar)) return false;
    bar = worth;
    return true;
  }

  bool isSmall(int onLeft) const { return onLeft < limits.rows || count - onLeft < limits.rows; }
  void keep(int feature, int rule, const Sketch &left) {
    leaf.gain = (double)(bar - whole), leaf.feature = feature, leaf.rule = rule, leaf.left = left;
  }

  // Splits between neighbouring bins; `left` is what goes left anyway.
  void numbers(int feature, const Sketch *sums, int bins, Sketch left, int missingLeft) {
    for (int bin = 0; bin < bins; bin++) {
      if (isZero(sums[bin])) continue;
      left += sums[bin];
      const int onLeft = left.rows();
      if (count - onLeft < limits.rows) return;
      if (onLeft >= limits.rows && isBest(left)) keep(feature, bin | missingLeft, left);
    }
  }

  // One category against the others, or the first or last ones of those sorted by the mixture that tells them apart best.
  void categories(int feature, const Sketch *sums, int bins) {
    MixedCategory sorted[256];
    int found = 0;
    const int mixture = steepest(sums, bins);
    for (int bin = 0; bin < bins; bin++)
      if (!isZero(sums[bin])) sorted[found++] = {(float)sums[bin].of[mixture] / smoothed(sums[bin]), bin};
    if (found <= FEW_CATEGORIES) {
      for (int at = 0; at < (found > 2 ? found : 1); at++) offer(feature, sums, sorted, at, at + 1);
      return;
    }
    sortCategories(sorted, found);
    more = (float)CATEGORY_PENALTY * one;
    const int first = found - 1 < MOST_CATEGORIES ? found - 1 : MOST_CATEGORIES;
    for (int taken = 1; taken <= first; taken++) offer(feature, sums, sorted, 0, taken);
    for (int taken = 1; taken <= MOST_CATEGORIES && taken < found - first; taken++) offer(feature, sums, sorted, found - taken, found);
    more = 0;
  }

  float smoothed(const Sketch &sum) const { return sum.curvature() + (float)CATEGORY_SMOOTHING * one; }

  int steepest(const Sketch *sums, int bins) const {
    float worth[SUMS] = {};
    for (int bin = 0; bin < bins; bin++) {
      const Mixed own(sums[bin]);
      for (int i = 0; i < MIXTURES; i++) worth[i] += own.of[i] * own.of[i] / smoothed(sums[bin]);
    }
    int best = 0;
    for (int i = 1; i < MIXTURES; i++) best = worth[i] > worth[best] ? i : best;
    return best;
  }

  void offer(int feature, const Sketch *sums, const MixedCategory *sorted, int begin, int end) {
    Sketch left{};
    for (int at = begin; at < end; at++) left += sums[sorted[at].bin];
    if (isSmall(left.rows()) || !isBest(left)) return;
    keep(feature, -1, left);
    __builtin_memset(leaf.set, 0, sizeof leaf.set);
    for (int at = begin; at < end; at++) leaf.set[sorted[at].bin >> 5] |= 1u << (sorted[at].bin & 31);
  }
};

}  // namespace
