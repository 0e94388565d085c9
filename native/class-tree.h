// A tree of one class.
#pragma once
#include "tree-growth.h"

namespace {

struct ClassTree : Growth<ClassTree, Leaf, Judge> {
  int cls;
  double gradientUnit;  // what one of the quantised stands for

  template <class Call> explicit ClassTree(Call &call) : Growth(call), cls(call.integer()) {
    shares += (size_t)cls * stride, scores += (size_t)cls * stride, sums += 2 + 2 * cls;
  }

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

  float gainOf(const Leaf &leaf) const { return (float)(.5 * leaf.gain * gradientUnit * gradientUnit / curvatureUnit); }

  // Newton's step of every leaf.
  void step() {
    for (int at = 0; at < leafCount; at++) {
      const Leaf &leaf = leaves[at];
      const double curvature = (double)curvatureOf(leaf.sum) * curvatureUnit + lambda;
      const double step = leafCount == 1 || curvature <= 0 ? 0 : -(double)gradientOf(leaf.sum) * gradientUnit / curvature;
      const float value = values[leaf.node] = (float)(rate * step);
      for (int i = leaf.begin; i < leaf.begin + leaf.count; i++) scores[order[i]] += value;
    }
    for (int row = 0; row < rows && sampledCount < rows; row++)
      if (!sampled[row]) scores[row] += values[leafOf(columns, nodes, sets, rows, row)];
  }
};

}  // namespace
