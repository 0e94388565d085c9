// Trains an MLP: forward, focal loss, backward and optimiser, in plain loops over small matrices.
// The order of every sum is fixed and does not depend on the width of the vectors.
#include "kernel.h"
#include "loss.h"
#include "optimizer.h"
#include "philox.h"

namespace {

enum Activation : int32_t { RELU = 0, TANH = 1 };
constexpr uint32_t DROPOUT_PURPOSE = 5;  // of src/random.ts
constexpr int SMALLEST_BLOCK = 128, POSITIONS = 8192;

// output = activation(input · weights + bias). Widths are padded to whole panels by zeros, which stay zeros.
struct Layer {
  int inputs, outputs;
  Panels weights[3];  // and the optimiser's two memories of them
  float *bias[3];
  Panels input, output;  // batch × width; after the backward pass `output` holds the gradient
  uint32_t *words;       // the dropout draws of the outputs, batch × outputs
  int outputVectors() const { return roundUp(outputs, PANEL) / LANES; }
  const uint32_t *wordsAt(int row, int vector) const { return words + (size_t)row * outputs + vector * LANES; }
};

struct Network {
  Directory directory;
  Activation activation;
  OptimizerKind optimizer;
  int batchSize, layerCount;
  uint32_t stepsDone;
  Layer *layers;
  Panels transposed;  // of the weights of the layer at hand
  float *lossScratch;
  int32_t *targets, *partnerTargets;
};

template <class T> T *inArea(Network &network, int32_t offset) {
  return reinterpret_cast<T *>(reinterpret_cast<char *>(&network) + offset);
}

// Lays an area out, or with a null area only measures it.
size_t layOut(char *area, const int32_t *shape) {
  size_t end = 0;
  const auto take = [&](auto *&slot, size_t count) {
    slot = reinterpret_cast<decltype(+slot)>(area + end);
    end += (count * sizeof *slot + 63) / 64 * 64;
    return (int32_t)((char *)slot - area);
  };
  Network *network;
  take(network, 1);
  Network n{};
  n.activation = (Activation)shape[0], n.optimizer = (OptimizerKind)shape[1];
  n.batchSize = shape[2], n.layerCount = shape[3];
  const int32_t *widths = shape + 4;
  take(n.layers, n.layerCount);
  const int block = roundUp(n.batchSize < SMALLEST_BLOCK ? SMALLEST_BLOCK : n.batchSize, PANEL);
  const auto takePanels = [&](Panels &panels, int rows, int columns) {
    panels.stride = (size_t)roundUp(rows, PANEL) * PANEL;
    take(panels.data, panels.stride * (roundUp(columns, PANEL) / PANEL));
  };
  Panels input;
  takePanels(input, block, widths[0]);
  size_t largest = 0, weightCount = 0;
  for (int i = 0; i < n.layerCount; i++) {
    Layer layer{};
    layer.inputs = widths[i], layer.outputs = widths[i + 1], layer.input = input;
    for (int k = 0; k < 3; k++) {
      takePanels(layer.weights[k], layer.inputs, layer.outputs);
      take(layer.bias[k], roundUp(layer.outputs, PANEL));
    }
    takePanels(layer.output, block, layer.outputs);
    if (i + 1 < n.layerCount) take(layer.words, (size_t)block * layer.outputs + 4 * PANEL);
    const size_t padded = (size_t)roundUp(layer.inputs, PANEL) * roundUp(layer.outputs, PANEL);
    if (padded > largest) largest = padded;
    weightCount += (size_t)(layer.inputs + 1) * layer.outputs;
    input = layer.output;
    if (area) n.layers[i] = layer;
  }
  const int classes = widths[n.layerCount];
  take(n.transposed.data, largest);
  take(n.lossScratch, 2 * (size_t)roundUp(classes, PANEL) * PANEL);
  take(n.targets, block), take(n.partnerTargets, block);
  const int positions = POSITIONS < block ? block : POSITIONS;
  double *doubles;
  float *floats;
  int32_t *ints;
  n.directory = {positions,
                 block,
                 take(doubles, sizeof(Settings) / sizeof(double)),
                 take(doubles, 1 + positions / n.batchSize),
                 take(floats, classes),
                 take(ints, positions),
                 take(ints, positions),
                 take(floats, positions),
                 take(floats, (size_t)block * classes),
                 take(floats, weightCount * (n.optimizer == SGD ? 2 : 3) + 1)};
  if (area) *network = n;
  return end;
}

// Copies dataset rows into the first layer's input; with partners, mixes them in.
void gather(Network &network, const Table &table, const int32_t *rows, const int32_t *partners, const float *share, int count) {
  const Layer &layer = network.layers[0];
  const int width = layer.inputs, ahead = 8;
  for (int b = 0; b < count; b++) {
    const float *row = table.features + (size_t)rows[b] * width;
    const float *next = table.features + (size_t)rows[b + ahead < count ? b + ahead : b] * width;
    const float *partner = table.features + (size_t)(partners ? partners[b] : rows[b]) * width;
    const float own = partners ? share[b] : 1.f, other = 1.f - own;
    for (int at = 0; at < width; at += PANEL) {
      __builtin_prefetch(next + at);
      float *to = layer.input.panel(at / PANEL) + (size_t)b * PANEL;
      if (width - at >= PANEL) {
        for (int i = 0; i < PANEL; i += LANES) {
          const Floats x = load(row + at + i);
          store(to + i, partners ? fma(x, splat(own), load(partner + at + i) * other) : x);
        }
      } else {
        for (int i = at; i < width; i++) to[i - at] = partners ? row[i] * own + partner[i] * other : row[i];
      }
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
  for (int i = 0; i < network.layerCount; i++) {
    const Layer &layer = network.layers[i];
    const bool hidden = i + 1 < network.layerCount, relu = network.activation == RELU;
    product(Rows{layer.input}, layer.weights[0], rows, layer.outputVectors(), layer.inputs, layer.bias[0],
            [&](int row, int vector, Floats x) {
              if (hidden) x = relu ? larger(x, Floats{}) : tanh(x);
              if (hidden && dropout) x = dropout->of(x, layer.wordsAt(row, vector));
              store(layer.output.at(row, vector), x);
            });
  }
}

// Replaces the outputs of the layer below by the loss's gradient with regard to its sums. network.transposed holds the weights
// of `layer` as the forward pass saw them.
void backward(const Network &network, const Layer &layer, const Layer &below, int rows, const Dropout *dropout) {
  const bool relu = network.activation == RELU;
  product(Rows{layer.output}, network.transposed, rows, below.outputVectors(), layer.outputs, nullptr,
          [&](int row, int vector, Floats gradient) {
            float *place = below.output.at(row, vector);
            const Floats y = load(place), h = dropout ? y * dropout->unscale : y;
            gradient = relu ? (y > 0.f ? gradient : Floats{}) : gradient * (1.f - h * h);
            store(place, dropout ? dropout->of(gradient, below.wordsAt(row, vector)) : gradient);
          });
}

void updateWeights(const Layer &layer, const Optimizer &optimizer, int rows) {
  product(Columns{layer.input}, layer.output, layer.inputs, layer.outputVectors(), rows, nullptr,
          [&](int row, int vector, Floats gradient) {
            float *const places[] = {layer.weights[0].at(row, vector), layer.weights[1].at(row, vector),
                                     layer.weights[2].at(row, vector)};
            update(optimizer, places, gradient);
          });
}

// The gradient of a bias is the sum over rows, in four interleaved chains.
void updateBias(const Layer &layer, const Optimizer &optimizer, int rows) {
  for (int vector = 0; vector < layer.outputVectors(); vector++) {
    const float *gradient = layer.output.at(0, vector);
    Floats sum[4] = {};
    int row = 0;
    for (; row + 4 <= rows; row += 4)
      for (int i = 0; i < 4; i++) sum[i] += load(gradient + (row + i) * PANEL);
    for (; row < rows; row++) sum[row % 4] += load(gradient + row * PANEL);
    const int at = vector * LANES;
    float *const places[] = {layer.bias[0] + at, layer.bias[1] + at, layer.bias[2] + at};
    update(optimizer, places, (sum[0] + sum[1]) + (sum[2] + sum[3]));
  }
}

// The parts of an area that the caller fills, as pointers.
struct Exchange {
  const Settings &settings;
  double *correct, *losses;
  const float *alpha, *share;
  const int32_t *rows, *partners;
  explicit Exchange(Network &n)
      : settings(*inArea<Settings>(n, n.directory.settings)), correct(inArea<double>(n, n.directory.sums)), losses(correct + 1),
        alpha(inArea<float>(n, n.directory.alpha)), share(inArea<float>(n, n.directory.share)),
        rows(inArea<int32_t>(n, n.directory.rows)), partners(inArea<int32_t>(n, n.directory.partners)) {}
};

// One step on `count` positions from `at`, the step-th of its epoch.
LossSums step(Network &network, const Exchange &with, const Table &table, int at, int count, uint32_t epoch, uint32_t step) {
  const Settings &settings = with.settings;
  const bool mixes = settings.mixup != 0;
  const int32_t *rows = with.rows + at, *partners = mixes ? with.partners + at : nullptr;
  gather(network, table, rows, partners, with.share + at, count);
  for (int b = 0; b < count; b++) {
    network.targets[b] = table.labels[rows[b]];
    if (mixes) network.partnerTargets[b] = table.labels[partners[b]];
  }
  const Dropout rate(settings.dropout);
  const Dropout *dropout = settings.dropout > 0 ? &rate : nullptr;
  if (dropout) {
    for (uint32_t i = 0; i + 1 < (uint32_t)network.layerCount; i++) {
      const Layer &layer = network.layers[i];
      const DropoutStream stream{(uint32_t)(int32_t)(int64_t)settings.seed, DROPOUT_PURPOSE, i, step, epoch};
      drawWords(stream, layer.words, (size_t)count * layer.outputs);
    }
  }
  forward(network, count, dropout);
  const Layer &last = network.layers[network.layerCount - 1];
  const LossTask task{network.targets, mixes ? network.partnerTargets : nullptr, with.share + at,      with.alpha,
                      (float)settings.gamma, count, last.outputs, network.lossScratch};
  const LossSums sums = focalLoss(task, last.output);
  const Optimizer optimizer = optimizerAt(network.optimizer, ++network.stepsDone, settings.learningRate, settings.momentum,
                                          settings.weightDecay);
  for (int i = network.layerCount - 1; i >= 0; i--) {
    const Layer &layer = network.layers[i];
    if (i > 0) {
      network.transposed.stride = (size_t)roundUp(layer.outputs, PANEL) * PANEL;
      transposePanels(layer.weights[0], network.transposed, roundUp(layer.inputs, PANEL) / PANEL,
                      roundUp(layer.outputs, PANEL) / PANEL);
    }
    updateBias(layer, optimizer, count);
    updateWeights(layer, optimizer, count);
    if (i > 0) backward(network, layer, network.layers[i - 1], count, dropout);
  }
  return sums;
}

void prepare(char *area, const int32_t *shape) {
  __builtin_memset(area, 0, layOut(nullptr, shape));
  layOut(area, shape);
}
size_t areaBytes(const int32_t *shape) { return layOut(nullptr, shape); }

void train(char *area, Table table, Steps steps) {
  const FlushSubnormals flush;
  Network &network = *reinterpret_cast<Network *>(area);
  const Exchange with(network);
  double correct = 0, *losses = with.losses;
  for (int at = 0, number = steps.first; at < steps.positions; at += network.batchSize, number++) {
    const int left = steps.positions - at;
    const LossSums sums = step(network, with, table, at, left < network.batchSize ? left : network.batchSize, steps.epoch, number);
    *losses++ = sums.loss;
    correct += sums.correct;
  }
  *with.correct = correct;
}

void predict(char *area, Table table, int32_t count) {
  const FlushSubnormals flush;
  Network &network = *reinterpret_cast<Network *>(area);
  gather(network, table, Exchange(network).rows, nullptr, nullptr, count);
  forward(network, count, nullptr);
  const Layer &last = network.layers[network.layerCount - 1];
  float *logits = inArea<float>(network, network.directory.logits);
  for (int b = 0; b < count; b++)
    for (int c = 0; c < last.outputs; c++) *logits++ = last.output.panel(c / PANEL)[b * PANEL + c % PANEL];
}

// Visits the state in the order that callers know: per layer W (inputs × outputs, row-major), then b; then the same of each
// memory; then the number of steps done.
template <class Visit> void eachNumber(Network &network, Visit visit) {
  float *state = inArea<float>(network, network.directory.state);
  for (int memory = 0; memory < (network.optimizer == SGD ? 2 : 3); memory++) {
    for (int l = 0; l < network.layerCount; l++) {
      const Layer &layer = network.layers[l];
      const Panels &panels = layer.weights[memory];
      for (int i = 0; i < layer.inputs; i++)
        for (int o = 0; o < layer.outputs; o++) visit(*state++, panels.panel(o / PANEL)[i * PANEL + o % PANEL]);
      for (int o = 0; o < layer.outputs; o++) visit(*state++, layer.bias[memory][o]);
    }
  }
  float steps = (float)network.stepsDone;
  visit(*state, steps);
  network.stepsDone = (uint32_t)steps;
}
void load(char *area) {
  eachNumber(*reinterpret_cast<Network *>(area), [](float &outside, float &inside) { inside = outside; });
}
void save(char *area) {
  eachNumber(*reinterpret_cast<Network *>(area), [](float &outside, float &inside) { outside = inside; });
}

}  // namespace

#if defined(__wasm__)
extern "C" {
__attribute__((export_name("areaBytes"))) size_t wasmAreaBytes(const int32_t *shape) { return areaBytes(shape); }
__attribute__((export_name("prepare"))) void wasmPrepare(char *area, const int32_t *shape) { prepare(area, shape); }
__attribute__((export_name("train"))) void wasmTrain(char *area, const float *features, const int32_t *labels, int32_t epoch,
                                                     int32_t first, int32_t positions) {
  train(area, {features, labels}, {epoch, first, positions});
}
__attribute__((export_name("predict"))) void wasmPredict(char *area, const float *features, const int32_t *labels, int32_t count) {
  predict(area, {features, labels}, count);
}
__attribute__((export_name("load"))) void wasmLoad(char *area) { load(area); }
__attribute__((export_name("save"))) void wasmSave(char *area) { save(area); }
}
#else
#define KERNEL_OF(set) KERNEL_NAME(set)
#define KERNEL_NAME(set) kernel_##set
#define NAME_OF(set) STRING(set)
extern const Kernel KERNEL_OF(INSTRUCTION_SET) = {NAME_OF(INSTRUCTION_SET), areaBytes, prepare, train, predict, load, save};
#endif
