// The loss of a batch (focal, LDAM, Poly-1) in log space, and its gradient in closed form: see "The maths" in docs/architecture.md.
#pragma once
#include "product.h"

namespace {

struct LossTask {
  const int32_t *targets, *partners;  // one per row; with mixup, the targets mixed in, else null
  const float *share;                 // with mixup, what each row keeps of itself
  const float *alpha;                 // by class
  const float *offsets;               // by class, added to the logits in the loss alone; or null
  const float *margins;               // by class, taken off the target's logit in the loss alone; or null
  float gamma, polyEpsilon;
  int rows, classes;
  int32_t *best;                      // the arg-max of each row, to fill up to whole panels
  Panels columns, powers, gradients;  // scratch: 16 rows, one a lane; a class after the other
};

struct LossSums {
  double loss, crossEntropy;
  int32_t correct;
};

// The targets of 16 rows, and the results.
struct Targets {
  alignas(64) int32_t target[PANEL];
  alignas(64) float weight[PANEL], loss[PANEL];  // weight: α of the target, times its share of the row
  alignas(64) float logP[PANEL], margin[PANEL];  // logP: without the margin

  Targets(const LossTask &task, const int32_t *targets, int from, bool partner) {
    for (int i = 0; i < PANEL; i++) {
      const bool real = from + i < task.rows;
      const float share = task.partners && real ? task.share[from + i] : 1.f;
      target[i] = real ? targets[from + i] : -1;
      weight[i] = real ? task.alpha[target[i]] * (partner ? 1.f - share : share) : 0.f;
    }
  }
  void takeMargins(const LossTask &task, int from) {
    for (int i = 0; i < PANEL; i++) margin[i] = task.margins && from + i < task.rows ? task.margins[target[i]] : 0.f;
  }
};

// FL(z, t) = -α (1 - p)^γ log p with p = sigmoid(d), d = z_t - logsumexp of the others; EXTENDED, d is less by the margin of t, and
// the loss is more by ε α (1 - p)^(γ + 1). The gradient is added to what is there, or with `first` replaces it.
template <bool EXTENDED> void lossOfColumns(const LossTask &task, Targets &rows, int32_t *mostLikely, int lane, bool first) {
  const Ints target = load<Ints>(rows.target + lane);
  const float *logits = task.columns.data + lane;
  float *powers = task.powers.data + lane, *gradient = task.gradients.data + lane;
  Floats most = splat(-__builtin_inff()), others = most, own{}, sum{}, poison{};
  Ints best{};
  for (int c = 0; c < task.classes; c++) {
    const Floats z = load(logits + c * PANEL);
    best = z > most ? splatInt(c) : best;
    most = larger(z, most);
    others = target == c ? others : larger(z, others);
    own = target == c ? z : own;
    poison += z * 0.f;
  }
  for (int c = 0; c < task.classes; c++) {
    const Floats power = expOfNegative(load(logits + c * PANEL) - others);
    sum += target == c ? Floats{} : power;
    store(powers + c * PANEL, power);
  }
  const Floats zero{};
  Floats d = own - (others + log(sum));
  if (EXTENDED) {
    store(rows.logP + lane, (d < 0.f ? d : zero) - logOnePlus(expOfNegative(-magnitude(d))) - poison);
    d -= load(rows.margin + lane);
  }
  const Floats u = expOfNegative(-magnitude(d)), lost = logOnePlus(u) + poison;  // NaN where a logit is not finite
  const Floats more = 1.f / (1.f + u), less = u * more;
  const Floats logP = (d < 0.f ? d : zero) - lost, logRest = (d < 0.f ? zero : -d) - lost;
  const Floats p = d < 0.f ? less : more, rest = d < 0.f ? more : less;
  const Floats weight = load(rows.weight + lane) * expOfNegative(task.gamma * logRest);
  const Floats steeper = EXTENDED ? rest * (1.f + task.polyEpsilon * (task.gamma + 1.f) * p) : rest;
  const Floats slope = weight * (task.gamma * p * logP - steeper) * (1.f / task.rows);
  const Floats scale = -slope / sum;
  for (int c = 0; c < task.classes; c++) {
    Floats g = target == c ? slope : load(powers + c * PANEL) * scale;
    g = magnitude(g) < 1e-30f ? zero : g;  // no subnormal products later
    store(gradient + c * PANEL, first ? g : load(gradient + c * PANEL) + g);
  }
  store(rows.loss + lane, EXTENDED ? weight * (task.polyEpsilon * rest - logP) : -weight * logP);
  if (!EXTENDED) store(rows.logP + lane, logP);
  store(mostLikely + lane, best);
}

void addOffsets(const LossTask &task) {
  for (int c = 0; c < task.classes; c++)
    for (int lane = 0; lane < PANEL; lane += LANES) {
      float *logits = task.columns.data + c * PANEL + lane;
      store(logits, load(logits) + task.offsets[c]);
    }
}

// Replaces the logits by the gradient of the mean loss. With offsets, the plain logits come first: predictions and
// cross-entropy are theirs.
template <bool EXTENDED> LossSums lossOfRows(const LossTask &task, const Panels &logits) {
  LossSums sums{0, 0, 0};
  for (int from = 0; from < task.rows; from += PANEL) {
    for (int p = 0; p * PANEL < task.classes; p++) transposeBlock(logits.panel(p) + from * PANEL, task.columns.panel(p));
    Targets own(task, task.targets, from, false), mixed(task, task.partners ? task.partners : task.targets, from, true);
    if (EXTENDED) own.takeMargins(task, from), mixed.takeMargins(task, from);
    alignas(64) int32_t best[PANEL];
    for (int pass = 0; pass < (task.offsets ? 2 : 1); pass++) {
      if (pass > 0) addOffsets(task);
      int32_t *mostLikely = pass > 0 ? best : task.best + from;
      for (int lane = 0; lane < PANEL; lane += LANES) {
        lossOfColumns<EXTENDED>(task, own, mostLikely, lane, true);
        if (task.partners) lossOfColumns<EXTENDED>(task, mixed, mostLikely, lane, false);
      }
      if (pass > 0) continue;
      for (int i = 0; i < PANEL && from + i < task.rows; i++) sums.crossEntropy -= own.logP[i];
    }
    for (int p = 0; p * PANEL < task.classes; p++) transposeBlock(task.gradients.panel(p), logits.panel(p) + from * PANEL);
    for (int i = 0; i < PANEL && from + i < task.rows; i++) {
      const bool keepsOwn = !task.partners || task.share[from + i] >= 0.5f;
      sums.loss += task.partners ? (double)(own.loss[i] + mixed.loss[i]) : own.loss[i];
      sums.correct += task.best[from + i] == (keepsOwn ? own : mixed).target[i];
    }
  }
  return sums;
}

}  // namespace
