// A tree that all classes share: a leaf has a value for each. Splits are judged by a few mixtures of the classes' gradients (Iosipoi & Vakhrushev
// 2022, "SketchBoost") over the sum of the classes' curvatures; the values are Newton's steps by the gradients themselves.
#pragma once
#include "shared-split.h"
#include "tree-growth.h"

namespace {

struct SharedTree : Growth<SharedTree, SketchLeaf, SharedJudge> {
  const float *weights;  // of each class in each mixture, SUMS by class
  float *mixed;          // by row
  double *below;         // by node: gradient and curvature of a class

  template <class Call> explicit SharedTree(Call &call) : Growth(call) {
    weights = call.template next<float>(), mixed = call.template next<float>(), below = call.template next<double>();
  }

  float gradientOf(int row, int c) const {
    return factors[row] * (shares[(size_t)c * stride + row] - (labels[row] == c ? 1.f : 0.f));
  }

  // Mixtures and curvatures as whole numbers, as large as their sums allow.
  void quantise() {
    double sums[SUMS] = {};
    for (int row = 0; row < rows; row++) {
      float *own = mixed + (size_t)SUMS * row;
      mix(row, own);
      for (int i = 0; i < ROW_COUNT; i++) sums[i] += (double)(own[i] < 0 ? -own[i] : own[i]);
    }
    double steepest = 1e-25;
    for (int i = 0; i < MIXTURES; i++) steepest = sums[i] > steepest ? sums[i] : steepest;
    const double room = 1073741824. - rows, sharpest = sums[CURVATURE] > 1e-25 ? sums[CURVATURE] : 1e-25;
    curvatureUnit = sharpest * 1.001 / room;
    const float g = (float)(room / (steepest * 1.001)), h = (float)(1 / curvatureUnit);
    for (int row = 0; row < rows; row++)
      for (int i = 0; i < SUMS; i++) {
        const float scaled = mixed[(size_t)SUMS * row + i] * (i == CURVATURE ? h : g);
        packed[row].of[i] = i == ROW_COUNT ? 1 : (int32_t)(scaled + (scaled < 0 ? -.5f : .5f));
      }
  }

  void mix(int row, float *own) const {
    for (int i = 0; i < SUMS; i++) own[i] = 0;
    float curvature = 0;
    for (int c = 0; c < classes; c++) {
      const float gradient = gradientOf(row, c), share = shares[(size_t)c * stride + row];
      curvature += factors[row] * share * (1.f - share);
      for (int i = 0; i < MIXTURES; i++) own[i] += weights[SUMS * c + i] * gradient;
    }
    own[CURVATURE] = curvature;
  }

  // It is known when all classes have their steps.
  float gainOf(const SketchLeaf &) const { return 0; }

  // Newton's steps of every class in every leaf, and what the splits take off the loss.
  void step() {
    const int nodeCount = 2 * leafCount - 1;
    for (int c = 0; c < classes; c++) {
      sumUp(c, nodeCount);
      for (int node = 0; node < nodeCount; node++) {
        const int32_t *own = nodes + 4 * node;
        float &value = values[(size_t)node * classes + c];
        const double curvature = below[2 * node + 1] + lambda;
        value = own[0] >= 0 || leafCount == 1 || curvature < leastCurvature ? 0.f : (float)(rate * -below[2 * node] / curvature);
        if (own[0] >= 0) gains[node] += (float)(.5 * (worth(own[2]) + worth(own[3]) - worth(node)));
      }
      float *to = scores + (size_t)c * stride;
      for (int at = 0; at < leafCount; at++) {
        const SketchLeaf &leaf = leaves[at];
        const float value = values[(size_t)leaf.node * classes + c];
        for (int i = leaf.begin; i < leaf.begin + leaf.count; i++) to[order[i]] += value;
      }
    }
    for (int node = 0; node < nodeCount; node++) gains[node] = gains[node] < 0 ? 0 : gains[node];
    for (int row = 0; row < rows && sampledCount < rows; row++)
      if (!sampled[row]) addLeaf(values + (size_t)classes * leafOf(columns, nodes, sets, rows, row), row);
  }

  void addLeaf(const float *leaf, int row) const {
    for (int c = 0; c < classes; c++) scores[(size_t)c * stride + row] += leaf[c];
  }

  double worth(int node) const {
    const double curvature = below[2 * node + 1] + lambda;
    return curvature > 0 ? below[2 * node] * below[2 * node] / curvature : 0;
  }

  // A node's children come after it.
  void sumUp(int c, int nodeCount) {
    const double more = classes > 1 ? (double)classes / (classes - 1) : 1.;
    for (int at = 0; at < leafCount; at++) {
      const SketchLeaf &leaf = leaves[at];
      double gradient = 0, curvature = 0;
      for (int i = leaf.begin; i < leaf.begin + leaf.count; i++) {
        const int row = order[i];
        const float share = shares[(size_t)c * stride + row];
        gradient += (double)gradientOf(row, c), curvature += (double)(factors[row] * share * (1.f - share));
      }
      below[2 * leaf.node] = gradient, below[2 * leaf.node + 1] = curvature * more;
    }
    for (int node = nodeCount - 1; node >= 0; node--) {
      const int32_t *own = nodes + 4 * node;
      if (own[0] < 0) continue;
      for (int i = 0; i < 2; i++) below[2 * node + i] = below[2 * own[2] + i] + below[2 * own[3] + i];
    }
  }
};

}  // namespace
