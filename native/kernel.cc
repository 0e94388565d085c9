// Trains a network: forward, focal loss, backward and optimiser, in plain loops over small matrices.
// The order of every sum is fixed and does not depend on the width of the vectors.
#include "kernel.h"
#include "loss.h"
#include "network.h"
#include "philox.h"

#if defined(__wasm__)
#define EXPORT(name) extern "C" __attribute__((export_name(#name)))
#else
#define EXPORT(name) static
#endif

namespace {

// What a call reads, from one of its positions on.
struct Examples {
  const float *features;
  const int32_t *rows, *partners;  // partners: with mixup, else null
  const float *share;
  int count;
};

// Copies examples into the first layer's input.
void gather(const Layer &layer, const Examples &examples) {
  const size_t width = layer.inputs, ahead = 8;
  for (int b = 0; b < examples.count; b++) {
    const float *row = examples.features + examples.rows[b] * width;
    const float *next = examples.features + examples.rows[b + ahead < (size_t)examples.count ? b + ahead : b] * width;
    const float *partner = examples.partners ? examples.features + examples.partners[b] * width : nullptr;
    const float own = partner ? examples.share[b] : 1.f, other = 1.f - own;
    for (size_t at = 0; at < width; at += PANEL) {
      __builtin_prefetch(next + at);
      float *to = layer.input.panel(at / PANEL) + b * PANEL;
      const int run = width - at < PANEL ? width - at : PANEL;
      int i = 0;
      for (; i + LANES <= run; i += LANES) {
        const Floats x = load(row + at + i);
        store(to + i, partner ? x * own + load(partner + at + i) * other : x);
      }
      for (; i < run; i++) to[i] = partner ? row[at + i] * own + partner[at + i] * other : row[at + i];
    }
  }
}

// Keeps a unit where its word is at least the threshold, scaled so that the mean stays.
struct Dropout {
  uint32_t threshold;
  float scale, unscale;
  explicit Dropout(double rate) : scale((float)(1 / (1 - rate))), unscale((float)(1 - rate)) {
    const double exact = rate * 4294967296.0 + 0.5;
    threshold = exact >= 4294967295.0 ? 0xffffffffu : (uint32_t)exact;
  }
  INLINE Floats of(Floats x, const uint32_t *words) const {
    return load<Words>(words) < threshold ? Floats{} : x * scale;
  }
};

// Fills the last layer's output with logits; without dropout when `dropout` is null.
void forward(const Network &network, int rows, const Dropout *dropout) {
  const bool relu = network.activation == RELU;
  for (int i = 0; i < network.layerCount; i++) {
    const Layer &layer = network.layers[i];
    if (layer.kind & NORMALISED) {
      const Panels &trunk = network.layers[i - 1].output;
      const auto normalised = [&](auto activate) { normalise(layer.norm, trunk, layer.input, rows, layer.inputs, activate); };
      if (!(layer.kind & INPUT_ACTIVATED))
        normalised([](Floats x) { return x; });
      else if (relu)
        normalised([](Floats x) { return larger(x, Floats{}); });
      else
        normalised([](Floats x) { return tanh(x); });
    }
    const Product<false> sums{{layer.input}, layer.weights[0], rows, layer.outputVectors(), layer.inputs, layer.bias[0]};
    // Decided once for a layer and not for every vector, which would slow down a small layer.
    const auto finished = [&](auto finish) {
      sums.compute([&](const auto &column) {
        float *place = layer.output.at(column.row, column.vector);
        int row = column.row;
        for (const Floats x : column.values) {
          store(place, finish(x, place, row++, column.vector));
          place += PANEL;
        }
      });
    };
    if (layer.kind & ADDED)
      finished([&](Floats x, const float *place, int row, int vector) {
        return load(place) + (dropout ? dropout->of(x, layer.wordsAt(row, vector)) : x);
      });
    else if (!(layer.kind & ACTIVATED))
      finished([](Floats x, const float *, int, int) { return x; });
    else if (relu && !dropout)
      finished([](Floats x, const float *, int, int) { return larger(x, Floats{}); });
    else
      finished([&](Floats x, const float *, int row, int vector) {
        const Floats y = relu ? larger(x, Floats{}) : tanh(x);
        return dropout ? dropout->of(y, layer.wordsAt(row, vector)) : y;
      });
  }
}

// The gradient of a trunk without what dropout took from the sums that a layer added to it.
APART void dropGradient(const Layer &layer, const Panels &to, int rows, const Dropout &dropout) {
  for (int vector = 0; vector < layer.outputVectors(); vector++)
    for (int row = 0; row < rows; row++)
      store(to.at(row, vector), dropout.of(load(layer.output.at(row, vector)), layer.wordsAt(row, vector)));
}

// The same of what was normalised, added to the trunk's: nothing else reads its end, where it comes first.
APART void backwardThroughNorm(const Network &network, int index, const Optimizer &optimizer, int rows) {
  const Layer &layer = network.layers[index];
  const Panels &trunk = network.layers[index - 1].output;
  if (index + 1 == network.layerCount)
    throughNorm<true>(layer.norm, layer.input, trunk, rows, layer.inputs);
  else
    throughNorm<false>(layer.norm, layer.input, trunk, rows, layer.inputs);
  updateNorm(layer.norm, layer.input, optimizer, rows, layer.inputs);
}

// Goes over a layer's weights once, group by group of inputs: the gradient of the weights goes into the optimiser, and what slope
// makes of the loss's gradient with regard to the inputs, by the weights as the forward pass saw them, replaces these.
template <class Slope>
APART void backward(const Network &network, const Layer &layer, const Panels &sums, const Optimizer &optimizer, int rows, Slope slope) {
  const int panels = roundUp(layer.inputs, PANEL) / PANEL, outputPanels = roundUp(layer.outputs, PANEL) / PANEL;
  const bool first = &layer == network.layers;  // whose inputs are features
  for (int group = 0; group < panels; group += GROUP) {
    const int count = panels - group < GROUP ? panels - group : GROUP;
    const Panels input = layer.input.from(0, group);
    if (!first) transposePanels(layer.weights[0].from(group * PANEL, 0), network.transposed, count, outputPanels);
    Product<true>{{input}, sums, count * PANEL, layer.outputVectors(), rows, nullptr}.compute([&](const auto &column) {
      const Optimizer constants = optimizer;  // a copy that no store can change, so that it stays in registers
      float *place[3];
      for (int k = 0; k < 3; k++) place[k] = layer.weights[k].at(group * PANEL + column.row, column.vector);
      for (const Floats gradient : column.values) {
        update(constants, place[0], place[1], place[2], gradient);
        for (float *&at : place) at += PANEL;
      }
    });
    if (first) continue;
    Product<false>{{sums}, network.transposed, rows, count * VECTORS, layer.outputs, nullptr}.compute([&](const auto &column) {
      float *place = input.at(column.row, column.vector);
      int row = column.row;
      for (const Floats gradient : column.values) {
        store(place, slope(gradient, load(place), row++, group * VECTORS + column.vector));
        place += PANEL;
      }
    });
  }
}

// The same with the slope of what gave the layer its inputs.
void backwardOf(const Network &network, int index, const Panels &sums, const Optimizer &optimizer, int rows, const Dropout *dropout) {
  const Layer &layer = network.layers[index];
  const bool relu = network.activation == RELU;
  const auto slope = [relu](Floats gradient, Floats y) {
    return relu ? (y > 0.f ? gradient : Floats{}) : gradient * (1.f - y * y);
  };
  const auto through = [&](auto own) { backward(network, layer, sums, optimizer, rows, own); };
  if (!(layer.kind & NORMALISED)) {
    const Layer *below = index > 0 ? network.layers + index - 1 : nullptr;
    through([=](Floats gradient, Floats y, int row, int vector) {
      const Floats own = slope(gradient, dropout ? y * dropout->unscale : y);
      return dropout ? dropout->of(own, below->wordsAt(row, vector)) : own;
    });
  } else if (layer.kind & INPUT_ACTIVATED) {
    through([=](Floats gradient, Floats y, int, int) { return slope(gradient, y); });
  } else {
    through([](Floats gradient, Floats, int, int) { return gradient; });
  }
}

// The gradient of a bias is the sum over rows, in four interleaved chains.
void updateBias(const Layer &layer, const Panels &sums, const Optimizer &optimizer, int rows) {
  for (int vector = 0; vector < layer.outputVectors(); vector++) {
    const float *gradient = sums.at(0, vector);
    Floats sum[4] = {};
    int row = 0;
    for (; row + 4 <= rows; row += 4)
      for (int i = 0; i < 4; i++) sum[i] += load(gradient + (row + i) * PANEL);
    for (; row < rows; row++) sum[row % 4] += load(gradient + row * PANEL);
    const int at = vector * LANES;
    update(optimizer, layer.bias[0] + at, layer.bias[1] + at, layer.bias[2] + at, (sum[0] + sum[1]) + (sum[2] + sum[3]));
  }
}

// The examples' losses; the gradients of their mean replace the logits.
LossSums lossOf(const Network &network, const Examples &examples, const int32_t *labels, const Dropout *dropout) {
  for (int b = 0; b < examples.count; b++) {
    network.targets[b] = labels[examples.rows[b]];
    if (examples.partners) network.partnerTargets[b] = labels[examples.partners[b]];
  }
  gather(network.layers[0], examples);
  forward(network, examples.count, dropout);
  const Layer &last = network.layers[network.layerCount - 1];
  const Settings &settings = *network.settings;
  const LossTask task{network.targets,
                      examples.partners ? network.partnerTargets : nullptr,
                      examples.share,
                      network.alpha,
                      settings.hasOffsets ? network.offsets : nullptr,
                      settings.hasMargins ? network.margins : nullptr,
                      (float)settings.gamma,
                      (float)settings.polyEpsilon,
                      examples.count,
                      last.outputs,
                      network.best,
                      network.lossColumns,
                      network.lossPowers,
                      network.lossGradients};
  return task.margins || task.polyEpsilon != 0 ? lossOfRows<true>(task, last.output) : lossOfRows<false>(task, last.output);
}

// One step of training.
LossSums step(Network &network, const Examples &examples, const int32_t *labels, uint32_t epoch, uint32_t number) {
  const Settings &settings = *network.settings;
  const int rows = examples.count, top = network.layerCount - 1;
  const Dropout rate(settings.dropout), *dropout = settings.dropout > 0 ? &rate : nullptr;
  for (int i = 0; i < top && dropout; i++) {
    if (!network.layers[i].words) continue;
    const DropoutStream stream{(uint32_t)(int32_t)settings.seed, DROPOUT_PURPOSE, (uint32_t)i, number, epoch};
    drawWords(stream, network.layers[i].words, (size_t)rows * network.layers[i].outputs);
  }
  const LossSums losses = lossOf(network, examples, labels, dropout);
  const Optimizer optimizer(network.optimizer, ++network.stepsDone, settings);
  for (int i = top; i >= 0; i--) {
    const Layer &layer = network.layers[i];
    const bool dropped = layer.kind & ADDED && dropout;
    if (dropped) dropGradient(layer, network.dropped, rows, *dropout);
    const Panels &sums = dropped ? network.dropped : layer.output;
    updateBias(layer, sums, optimizer, rows);
    backwardOf(network, i, sums, optimizer, rows, dropout);
    if (layer.kind & NORMALISED) backwardThroughNorm(network, i, optimizer, rows);
  }
  return losses;
}

}  // namespace

EXPORT(areaBytes) uint32_t areaBytes(const int32_t *shape) {
  const uint64_t bytes = layOut(nullptr, shape);
  return bytes <= INT32_MAX ? (uint32_t)bytes : 0;
}

EXPORT(prepare) void prepare(char *area, const int32_t *shape) {
  __builtin_memset(area, 0, areaBytes(shape));
  layOut(area, shape);
}

EXPORT(train)
void train(char *area, const float *features, const int32_t *labels, int32_t epoch, int32_t first, int32_t positions) {
  const FlushSubnormals flush;
  Network &n = *reinterpret_cast<Network *>(area);
  double *losses = n.sums + 1;
  n.sums[0] = 0;
  for (int at = 0; at < positions; at += n.batchSize) {
    const int rows = positions - at < n.batchSize ? positions - at : n.batchSize;
    const Examples examples{features, n.rows + at, n.settings->mixup ? n.partners + at : nullptr, n.share + at, rows};
    const LossSums sums = step(n, examples, labels, epoch, first++);
    *losses++ = sums.loss;
    n.sums[0] += sums.correct;
  }
}

EXPORT(evaluate) void evaluate(char *area, const float *features, const int32_t *labels, int32_t count) {
  const FlushSubnormals flush;
  Network &n = *reinterpret_cast<Network *>(area);
  const LossSums sums = lossOf(n, {features, n.rows, nullptr, nullptr, count}, labels, nullptr);
  n.sums[0] = sums.loss;
  n.sums[1] = sums.crossEntropy;
}

EXPORT(predict) void predict(char *area, const float *features, int32_t count) {
  const FlushSubnormals flush;
  Network &n = *reinterpret_cast<Network *>(area);
  gather(n.layers[0], {features, n.rows, nullptr, nullptr, count});
  forward(n, count, nullptr);
  const Layer &last = n.layers[n.layerCount - 1];
  for (int b = 0, at = 0; b < count; b++)
    for (int c = 0; c < last.outputs; c++) n.logits[at++] = last.output.panel(c / PANEL)[b * PANEL + c % PANEL];
}

EXPORT(load) void load(char *area) {
  eachNumber(*reinterpret_cast<Network *>(area), [](float &outside, float &inside) { inside = outside; });
}
EXPORT(save) void save(char *area) {
  eachNumber(*reinterpret_cast<Network *>(area), [](float &outside, float &inside) { outside = inside; });
}

#if !defined(__wasm__)
#define KERNEL_OF(set) KERNEL_NAME(set)
#define KERNEL_NAME(set) kernel_##set
#define NAME_OF(set) STRING(set)
extern const Kernel KERNEL_OF(INSTRUCTION_SET) = {NAME_OF(INSTRUCTION_SET), areaBytes, prepare, train, evaluate, predict, load, save};
#endif
