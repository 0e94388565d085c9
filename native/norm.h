// Layer normalisation (Ba, Kiros & Hinton 2016), to PyTorch's definition: each row of a batch to mean 0 and variance 1, then scaled and
// shifted by weights of each column. Sums over a row run in 16 chains, one for each column of a panel, whatever the width of vectors.
#pragma once
#include "optimizer.h"
#include "product.h"

namespace {

struct Norm {
  float *scale[3], *shift[3];  // by column, each with the optimiser's two memories
  Panels units;                // batch × columns: the normalised numbers before scale and shift
  float *inverse;              // by row: 1 / √(variance + ε)
};

// The vector where its columns are below `width`, 0 beyond: padding must stay zeros.
INLINE Floats within(Floats x, int vector, int width) {
  static constexpr int32_t lane[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return load<Ints>(lane) < width - vector * LANES ? x : Floats{};
}

// means[row] = the mean over `width` columns of term(row, vector), for 16 rows.
template <class Term> INLINE void meansOfRows(int width, float *means, Term term) {
  constexpr int TOGETHER = VECTORS > 2 ? 1 : 4;  // rows, so that additions need not wait for each other
  alignas(64) float chains[PANEL * PANEL], columns[PANEL * PANEL];
  for (int row = 0; row < PANEL; row += TOGETHER) {
    Floats sum[TOGETHER][VECTORS] = {};
    for (int panel = 0; panel * PANEL < width; panel++)
      for (int i = 0; i < TOGETHER; i++)
        for (int v = 0; v < VECTORS; v++) sum[i][v] += term(row + i, panel * VECTORS + v);
    for (int i = 0; i < TOGETHER; i++)
      for (int v = 0; v < VECTORS; v++) store(chains + (row + i) * PANEL + v * LANES, sum[i][v]);
  }
  transposeBlock(chains, columns);
  for (int half = PANEL / 2; half > 0; half /= 2)
    for (int at = 0; at < half * PANEL; at += LANES) store(columns + at, load(columns + at) + load(columns + half * PANEL + at));
  for (int at = 0; at < PANEL; at += LANES) store(means + at, load(columns + at) * (1.f / width));
}

// to = activate(normalised from · scale + shift).
template <class Activate>
APART void normalise(const Norm &norm, const Panels &from, const Panels &to, int rows, int width, Activate activate) {
  const int vectors = roundUp(width, PANEL) / LANES;
  for (int first = 0; first < rows; first += PANEL) {
    alignas(64) float mean[PANEL], variance[PANEL];
    meansOfRows(width, mean, [&](int row, int vector) { return load(from.at(first + row, vector)); });
    meansOfRows(width, variance, [&](int row, int vector) {
      const Floats off = within(load(from.at(first + row, vector)) - mean[row], vector, width);
      return off * off;
    });
    float *inverse = norm.inverse + first;
    for (int at = 0; at < PANEL; at += LANES) store(inverse + at, 1.f / squareRoot(load(variance + at) + 1e-5f));
    for (int vector = 0; vector < vectors; vector++) {
      const Floats scale = load(norm.scale[0] + vector * LANES), shift = load(norm.shift[0] + vector * LANES);
      const float *x = from.at(first, vector);
      float *unit = norm.units.at(first, vector), *y = to.at(first, vector);
      for (int row = 0; row < PANEL; row++) {
        const Floats u = within((load(x + row * PANEL) - mean[row]) * inverse[row], vector, width);
        store(unit + row * PANEL, u);
        store(y + row * PANEL, activate(fma(u, scale, shift)));
      }
    }
  }
}

// The gradient with regard to what was normalised, added to `to`, or with REPLACES in its place; `from` has that of the outputs.
template <bool REPLACES> void throughNorm(const Norm &norm, const Panels &from, const Panels &to, int rows, int width) {
  const int vectors = roundUp(width, PANEL) / LANES;
  for (int first = 0; first < rows; first += PANEL) {
    alignas(64) float mean[PANEL], along[PANEL];
    const auto scaled = [&](int row, int vector) {
      return load(from.at(first + row, vector)) * load(norm.scale[0] + vector * LANES);
    };
    meansOfRows(width, mean, scaled);
    meansOfRows(width, along, [&](int row, int vector) {
      return scaled(row, vector) * load(norm.units.at(first + row, vector));
    });
    const float *inverse = norm.inverse + first;
    for (int vector = 0; vector < vectors; vector++) {
      const Floats scale = load(norm.scale[0] + vector * LANES);
      const float *y = from.at(first, vector), *unit = norm.units.at(first, vector);
      float *x = to.at(first, vector);
      for (int row = 0; row < PANEL; row++) {
        const Floats off = fma(load(y + row * PANEL), scale, splat(-mean[row]));
        const Floats g = fma(load(unit + row * PANEL), splat(-along[row]), off) * inverse[row];
        const Floats kept = within(g, vector, width);
        store(x + row * PANEL, REPLACES ? kept : load(x + row * PANEL) + kept);
      }
    }
  }
}

// Takes a step of scale and shift; `from` has the gradient of the outputs. Sums over rows are in four chains, as those of biases.
void updateNorm(const Norm &norm, const Panels &from, const Optimizer &optimizer, int rows, int width) {
  for (int vector = 0; vector * LANES < width; vector++) {
    const float *gradient = from.at(0, vector), *unit = norm.units.at(0, vector);
    Floats scale[4] = {}, shift[4] = {};
    const auto add = [&](int row, int chain) {
      const Floats g = load(gradient + row * PANEL);
      scale[chain] = fma(g, load(unit + row * PANEL), scale[chain]);
      shift[chain] += g;
    };
    int row = 0;
    for (; row + 4 <= rows; row += 4)
      for (int i = 0; i < 4; i++) add(row + i, i);
    for (; row < rows; row++) add(row, row % 4);
    const int at = vector * LANES;
    const auto take = [&](float *const *weights, const Floats *sum) {
      update(optimizer, weights[0] + at, weights[1] + at, weights[2] + at, (sum[0] + sum[1]) + (sum[2] + sum[3]));
    };
    take(norm.scale, scale);
    take(norm.shift, shift);
  }
}

}  // namespace
