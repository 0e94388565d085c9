// Adam, AdamW and SGD with momentum, to PyTorch's definitions (torch.optim, single-tensor), one pass over the weights.
#pragma once
#include "vector.h"

namespace {

enum OptimizerKind : int32_t { ADAM = 0, ADAMW = 1, SGD = 2 };

struct Optimizer {
  OptimizerKind kind;
  float learningRate, momentum;
  float decay;      // L2: added to the gradient
  float shrink;     // AdamW: the factor 1 - learning rate · decay
  float stepSize;   // learning rate / (1 - β1^t)
  float unbiasing;  // 1 / √(1 - β2^t)
};

constexpr double BETA_1 = 0.9, BETA_2 = 0.999;
constexpr float EPSILON = 1e-8f;

// base^exponent by squaring: no libm, whose bits differ between systems.
double power(double base, uint32_t exponent) {
  double result = 1;
  for (; exponent; exponent >>= 1, base *= base)
    if (exponent & 1) result *= base;
  return result;
}

Optimizer optimizerAt(OptimizerKind kind, uint32_t step, double learningRate, double momentum, double weightDecay) {
  return {kind,
          (float)learningRate,
          (float)momentum,
          kind == ADAMW ? 0.f : (float)weightDecay,
          (float)(1 - learningRate * weightDecay),
          (float)(learningRate / (1 - power(BETA_1, step))),
          (float)(1 / __builtin_sqrt(1 - power(BETA_2, step)))};
}

// Numbers too small to matter become 0: the memories of a dead unit would decay into subnormals, which cost a trap each.
INLINE Floats flushed(Floats x) { return magnitude(x) < 1e-35f ? Floats{} : x; }

// Updates one vector of weights at at[0] and its memories at at[1] and at[2]. The sums of products are written out, never contracted by chance.
INLINE void update(const Optimizer &o, float *const (&at)[3], Floats gradient) {
  Floats w = load(at[0]);
  const Floats g = fma(w, splat(o.decay), gradient);
  if (o.kind == SGD) {
    const Floats velocity = flushed(fma(load(at[1]), splat(o.momentum), g));
    store(at[1], velocity);
    store(at[0], fma(velocity, splat(-o.learningRate), w));
    return;
  }
  if (o.kind == ADAMW) w *= o.shrink;
  const Floats mean = load(at[1]);
  const Floats m = flushed(fma(g - mean, splat((float)(1 - BETA_1)), mean));
  const Floats v = flushed(fma(g * g, splat((float)(1 - BETA_2)), load(at[2]) * (float)BETA_2));
  store(at[1], m);
  store(at[2], v);
  const Floats denominator = fma(squareRoot(v), splat(o.unbiasing), splat(EPSILON));
  store(at[0], fma(m / denominator, splat(-o.stepSize), w));
}

}  // namespace
