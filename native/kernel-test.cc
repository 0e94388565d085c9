// The kernel's own test, to be built with sanitizers for one instruction set: its functions against libm and plain loops, and
// training steps of awkward shapes in memory of exactly the size that it asks for. Prints failures, and exits with 1 if there are any; prints
// a hash of the bits after training, which are the same on every instruction set with fused multiply-add.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel.cc"
#include "own-test.h"

namespace {

double drawn(uint32_t &state) {
  state = state * 1664525u + 1013904223u;
  return state / 4294967296.0;
}

// The distance from the exact value in units in the last place of a float.
double ulps(float value, double exact) {
  int exponent;
  frexp(exact, &exponent);
  return fabs(value - exact) / ldexp(1.0, (exponent < -125 ? -125 : exponent) - 24);
}

template <class Ours, class Exact>
void testFunction(const char *name, double low, double high, double tolerance, Ours ours, Exact exact) {
  double farthest = 0;
  const int samples = 100000;
  for (int i = 0; i < samples; i += LANES) {
    Floats x;
    for (int lane = 0; lane < LANES; lane++) x[lane] = (float)(low + (high - low) * (i + lane) / samples);
    const Floats y = ours(x);
    for (int lane = 0; lane < LANES; lane++) {
      const double distance = ulps(y[lane], exact((double)x[lane]));
      if (!(distance <= farthest)) farthest = distance;
    }
  }
  printf("%-12s within %.2f ulp\n", name, farthest);
  expect(farthest <= tolerance, name, farthest);
}

void testFunctions() {
  testFunction("exp", -86.9, 0, 2, [](Floats x) { return expOfNegative(x); }, [](double x) { return ::exp(x); });
  testFunction("log near 1", 0.5, 2, 2, [](Floats x) { return log(x); }, [](double x) { return ::log(x); });
  testFunction("log", 1, 1e6, 2, [](Floats x) { return log(x); }, [](double x) { return ::log(x); });
  testFunction("log1p", 0, 1, 2.5, [](Floats x) { return logOnePlus(x); }, [](double x) { return ::log1p(x); });
  testFunction("tanh", -12, 12, 2.5, [](Floats x) { return tanh(x); }, [](double x) { return ::tanh(x); });
  testFunction("quotient", 1e-8, 1e3, 2, [](Floats x) { return quotient(splat(3), x); }, [](double x) { return 3 / x; });
  expect(expOfNegative(splat(-1e30f))[0] == 0, "exp(-1e30)", 0);
  expect(expOfNegative(splat(-__builtin_inff()))[0] == 0, "exp(-inf)", 0);
  expect(expOfNegative(Floats{})[0] == 1, "exp(0)", 0);
}

void testTranspose() {
  float from[PANEL * PANEL], to[PANEL * PANEL];
  for (int i = 0; i < PANEL * PANEL; i++) from[i] = (float)i;
  transposeBlock(from, to);
  for (int i = 0; i < PANEL * PANEL; i++) expect(to[i] == from[i % PANEL * PANEL + i / PANEL], "transpose", i);
}

void testOptimizer() {
  expect(fabs(power(0.9, 1000) / pow(0.9, 1000) - 1) < 1e-12, "power", power(0.9, 1000));
}

struct Shape {
  int32_t activation, optimizer, batch, layers, widths[8];
  double dropout, mixup, offsets, margins, polyEpsilon;
  bool residual;

  bool isNormalised(int layer) const { return residual && layer > 0 && (layer % 2 == 1 || layer + 1 == layers); }
  int32_t kind(int layer) const {
    const bool last = layer + 1 == layers;
    if (!residual) return last ? 0 : ACTIVATED;
    if (layer == 0) return 0;
    if (last) return NORMALISED | INPUT_ACTIVATED;
    return layer % 2 == 1 ? NORMALISED | ACTIVATED : ADDED;
  }
  // Numbers of a layer in the state.
  size_t count(int layer) const {
    return (size_t)(widths[layer] + 1) * widths[layer + 1] + (isNormalised(layer) ? 2 * widths[layer] : 0);
  }
};

// Each buffer is an allocation of its own and exactly as long as it must be: a sanitizer sees the first access beyond its end.
void testTraining(const Shape &shape) {
  const int inputs = shape.widths[0], classes = shape.widths[shape.layers], rowCount = 37;
  uint32_t state = 7;
  float *features = static_cast<float *>(malloc(sizeof(float) * rowCount * inputs));
  int32_t *labels = static_cast<int32_t *>(malloc(sizeof(int32_t) * rowCount));
  for (int i = 0; i < rowCount * inputs; i++) features[i] = (float)(drawn(state) * 2 - 1);
  for (int i = 0; i < rowCount; i++) labels[i] = i % classes;

  int32_t encoded[24] = {shape.activation, shape.optimizer, shape.batch, shape.layers};
  for (int l = 0; l <= shape.layers; l++) encoded[4 + l] = shape.widths[l];
  for (int l = 0; l < shape.layers; l++) encoded[5 + shape.layers + l] = shape.kind(l);
  const size_t bytes = areaBytes(encoded);
  char *area = static_cast<char *>(aligned_alloc(64, bytes));
  prepare(area, encoded);
  Network &network = *reinterpret_cast<Network *>(area);
  *network.settings = {-3, 2, 0.01, 0.9, 0.01, shape.dropout, shape.mixup, shape.offsets, shape.margins, shape.polyEpsilon};
  for (int c = 0; c < classes; c++) {
    network.alpha[c] = 1 + (float)c / (float)classes;
    network.offsets[c] = -(float)(shape.offsets * c);
    network.margins[c] = (float)(shape.margins / (1 + c));
  }
  size_t count = 0;
  for (int l = 0; l < shape.layers; l++) count += shape.count(l);
  for (size_t i = 0; i < count; i++) network.state[i] = (float)(drawn(state) - 0.5);
  load(area);
  for (int i = 0; i < rowCount; i++) {
    network.rows[i] = (i * 5) % rowCount;
    network.partners[i] = (i * 3) % rowCount;
    network.share[i] = (float)i / rowCount;
  }
  for (int epoch = 1; epoch <= 30; epoch++) {
    train(area, features, labels, epoch, 0, rowCount);
    for (int step = 0; step * shape.batch < rowCount; step++)
      expect(network.sums[1 + step] > 0 && isfinite(network.sums[1 + step]), "a loss", network.sums[1 + step]);
  }
  evaluate(area, features, labels, rowCount);
  expect(network.sums[0] > 0 && network.sums[1] > 0, "losses of an evaluation", network.sums[0]);
  predict(area, features, rowCount);
  for (int i = 0; i < rowCount * classes; i++) expect(isfinite(network.logits[i]), "finite logits", network.logits[i]);
  for (int i = 0; i < rowCount; i++)
    for (int c = 0, best = network.best[i]; c < classes; c++)
      expect(network.logits[i * classes + c] <= network.logits[i * classes + best], "arg-max", i);
  save(area);
  expect(network.state[count * (shape.optimizer == SGD ? 2 : 3)] == 30 * ((rowCount + shape.batch - 1) / shape.batch), "steps", 0);
  for (size_t i = 0; i < count; i++) expect(isfinite(network.state[i]), "finite weights", network.state[i]);
  hashBits(network.state, count);
  hashBits(network.logits, (size_t)rowCount * classes);
  free(area), free(labels), free(features);
}

}  // namespace

int main() {
  testFunctions();
  testTranspose();
  testOptimizer();
  const Shape shapes[] = {
      {RELU, ADAM, 8, 1, {5, 3}, 0, 0},
      {RELU, ADAM, 37, 2, {1, 1, 2}, 0, 0},
      {TANH, ADAMW, 7, 3, {17, 33, 15, 21}, 0, 1},
      {RELU, SGD, 16, 2, {16, 48, 16}, 0.3, 0},
      {TANH, SGD, 1, 2, {3, 17, 35}, 0.5, 1},
      {RELU, ADAM, 100, 4, {31, 16, 1, 50, 4}, 0.1, 1},
      {TANH, ADAM, 10, 2, {3, 8, 18}, 0, 1, 0.5},
      {RELU, ADAM, 9, 2, {4, 8, 5}, 0, 0, 0, 2, 0},
      {TANH, SGD, 20, 2, {3, 8, 18}, 0, 1, 0.5, 0.5, 0},
      {RELU, ADAMW, 5, 2, {6, 9, 3}, 0.2, 1, 0, 0, -1},
      {TANH, ADAM, 16, 1, {3, 17}, 0, 0, 0, 0, 2},
  };
  for (const Shape &shape : shapes) testTraining(shape);
  printf("multilayer perceptrons: bits %08x\n", bits);
  const Shape residual[] = {
      {RELU, ADAM, 8, 4, {5, 16, 16, 16, 3}, 0, 0, 0, 0, 0, true},
      {TANH, ADAMW, 7, 6, {17, 33, 33, 33, 33, 33, 21}, 0, 1, 0, 0, 0, true},
      {RELU, SGD, 16, 4, {16, 48, 48, 48, 16}, 0.3, 0, 0, 0, 0, true},
      {TANH, ADAM, 1, 4, {3, 17, 17, 17, 35}, 0.5, 1, 0.5, 0.5, 0, true},
      {RELU, ADAM, 100, 6, {31, 2, 2, 2, 2, 2, 4}, 0.1, 1, 0, 0, 2, true},
      {RELU, ADAMW, 37, 4, {4, 1, 1, 1, 2}, 0.2, 0, 0, 0, 0, true},
  };
  for (const Shape &shape : residual) testTraining(shape);
  return reported();
}
