// The focal loss of a batch in log space, and its gradient in closed form: see "The maths" in docs/architecture.md.
#pragma once
#include "product.h"

namespace {

struct LossTask {
  const int32_t *targets;   // one per row
  const int32_t *partners;  // mixup: the targets mixed in, or null
  const float *share;       // mixup: what each row keeps of itself
  const float *alpha;       // by class
  float gamma;
  int rows, classes;
  float *scratch;  // 2 · classes · 16 floats
};

struct LossSums {
  double loss;
  int32_t correct;
};

// 16 rows, one a lane: classes × 16 logits, gradients and a few numbers per row.
struct LossBlock {
  const float *logits;
  float *gradient;
  int classes;
  float gamma;
  alignas(64) float loss[PANEL];
  alignas(64) int32_t best[PANEL];
};

struct Target {
  alignas(64) int32_t target[PANEL];
  alignas(64) float weight[PANEL];  // α of the target, times its share of the row
};

// FL(z, t) = -α (1 - p)^γ log p, p = sigmoid(d), d = z_t - logsumexp of the others. Adds it to the block's loss and gradient.
void addFocalLoss(LossBlock &block, const Target &rows, int lane, bool first, float rowShare) {
  const Ints target = load<Ints>(rows.target + lane);
  const float *logits = block.logits + lane;
  float *gradient = block.gradient + lane;
  Floats most = splat(-__builtin_inff()), others = most, own{};
  Ints best{};
  for (int c = 0; c < block.classes; c++) {
    const Floats z = load(logits + c * PANEL);
    best = z > most ? splatInt(c) : best;
    most = larger(z, most);
    others = target == c ? others : larger(z, others);
    own = target == c ? z : own;
  }
  Floats sum{};
  for (int c = 0; c < block.classes; c++)
    sum += target == c ? Floats{} : expOfNegative(load(logits + c * PANEL) - others);
  const Floats d = own - (others + log(sum));
  const Floats u = expOfNegative(-magnitude(d)), lost = logOnePlus(u);
  const Floats more = 1.f / (1.f + u), less = u * more;
  const Floats logP = (d < 0.f ? d : Floats{}) - lost, logRest = (d < 0.f ? Floats{} : -d) - lost;
  const Floats p = d < 0.f ? less : more, rest = d < 0.f ? more : less;
  const Floats weight = load(rows.weight + lane) * expOfNegative(block.gamma * logRest);
  const Floats slope = weight * (block.gamma * p * logP - rest) * rowShare;
  const Floats scale = -slope / sum;
  for (int c = 0; c < block.classes; c++) {
    const Floats q = expOfNegative(load(logits + c * PANEL) - others);
    Floats g = target == c ? slope : q * scale;
    g = magnitude(g) < 1e-30f ? Floats{} : g;  // no subnormal products later
    store(gradient + c * PANEL, first ? g : load(gradient + c * PANEL) + g);
  }
  const Floats loss = -weight * logP;
  store(block.loss + lane, first ? loss : load(block.loss + lane) + loss);
  store(block.best + lane, best);
}

// Replaces the logits by the gradient of the mean loss.
LossSums focalLoss(const LossTask &task, const Panels &logits) {
  const int classPanels = roundUp(task.classes, PANEL) / PANEL;
  const Panels columns{task.scratch, PANEL * PANEL};
  const Panels gradients{task.scratch + (size_t)classPanels * PANEL * PANEL, PANEL * PANEL};
  LossBlock block{columns.data, gradients.data, task.classes, task.gamma, {}, {}};
  LossSums sums{0, 0};
  for (int from = 0; from < task.rows; from += PANEL) {
    const int rows = task.rows - from < PANEL ? task.rows - from : PANEL;
    for (int p = 0; p < classPanels; p++) transposeBlock(logits.panel(p) + from * PANEL, columns.panel(p));
    Target own, mixed;
    for (int i = 0; i < PANEL; i++) {
      const bool real = i < rows, mixes = real && task.partners;
      const float share = mixes ? task.share[from + i] : 1.f;
      own.target[i] = real ? task.targets[from + i] : -1;
      own.weight[i] = real ? task.alpha[own.target[i]] * share : 0.f;
      mixed.target[i] = mixes ? task.partners[from + i] : -1;
      mixed.weight[i] = mixes ? task.alpha[mixed.target[i]] * (1.f - share) : 0.f;
    }
    for (int lane = 0; lane < PANEL; lane += LANES) {
      addFocalLoss(block, own, lane, true, 1.f / task.rows);
      if (task.partners) addFocalLoss(block, mixed, lane, false, 1.f / task.rows);
    }
    for (int p = 0; p < classPanels; p++) transposeBlock(gradients.panel(p), logits.panel(p) + from * PANEL);
    for (int i = 0; i < rows; i++) {
      const bool keepsOwn = !task.partners || task.share[from + i] >= 0.5f;
      sums.loss += block.loss[i];
      sums.correct += block.best[i] == (keepsOwn ? own : mixed).target[i];
    }
  }
  return sums;
}

}  // namespace
