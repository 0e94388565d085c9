// Adam, AdamW and SGD with momentum, to PyTorch's definitions (torch.optim, single-tensor), one pass over the weights.
#pragma once
#include "kernel.h"
#include "vector.h"

namespace {

enum OptimizerKind : int32_t { ADAM = 0, ADAMW = 1, SGD = 2 };

// base^exponent by squaring: no libm, whose bits differ between systems.
double power(double base, uint32_t exponent) {
  double result = 1;
  for (; exponent; exponent >>= 1, base *= base)
    if (exponent & 1) result *= base;
  return result;
}

constexpr double BETA_1 = 0.9, BETA_2 = 0.999;
constexpr float EPSILON = 1e-8f;

// The constants of one step; steps count from 1.
struct Optimizer {
  OptimizerKind kind;
  float learningRate, momentum;
  float decay;      // L2: added to the gradient
  float shrink;     // AdamW: the factor 1 - learning rate · decay
  float stepSize;   // -learning rate / (1 - β1^t)
  float unbiasing;  // 1 / √(1 - β2^t)

  Optimizer(OptimizerKind kind, uint32_t step, const Settings &s)
      : kind(kind), learningRate((float)s.learningRate), momentum((float)s.momentum),
        decay(kind == ADAMW ? 0.f : (float)s.weightDecay), shrink((float)(1 - s.learningRate * s.weightDecay)),
        stepSize((float)(-s.learningRate / (1 - power(BETA_1, step)))),
        unbiasing((float)(1 / __builtin_sqrt(1 - power(BETA_2, step)))) {}
};

// Numbers too small to matter become 0: the memories of a dead unit would decay into subnormals, which cost a trap each.
// Where FlushSubnormals works, the processor does it.
INLINE Floats flushed(Floats x) { return FLUSHES_SUBNORMALS ? x : magnitude(x) < 1e-35f ? Floats{} : x; }

// Updates one vector of weights and its memories. The sums of products are written out, never contracted by chance.
INLINE void update(const Optimizer &o, float *weight, float *mean, float *square, Floats gradient) {
  Floats w = load(weight);
  const Floats g = fma(w, splat(o.decay), gradient);
  if (o.kind == SGD) {
    const Floats velocity = flushed(fma(load(mean), splat(o.momentum), g));
    store(mean, velocity);
    store(weight, fma(velocity, splat(-o.learningRate), w));
    return;
  }
  if (o.kind == ADAMW) w *= o.shrink;
  const Floats before = load(mean);
  const Floats m = flushed(fma(g - before, splat((float)(1 - BETA_1)), before));
  const Floats v = flushed(fma(g * g, splat((float)(1 - BETA_2)), load(square) * (float)BETA_2));
  store(mean, m);
  store(square, v);
  const Floats denominator = fma(squareRoot(v), splat(o.unbiasing), splat(EPSILON));
  store(weight, fma(quotient(m, denominator), splat(o.stepSize), w));
}

}  // namespace
