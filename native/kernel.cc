// Trains an MLP: forward, focal loss, backward and optimiser, in plain loops over small matrices.
// The order of every sum is fixed and does not depend on the width of the vectors.
#include "kernel.h"
#include "loss.h"
#include "optimizer.h"
#include "philox.h"

#if defined(__wasm__)
#define EXPORT(name) extern "C" __attribute__((export_name(#name)))
#else
#define EXPORT(name) static
#endif

namespace {

enum Activation : int32_t { RELU = 0, TANH = 1 };
constexpr uint32_t DROPOUT_PURPOSE = 5;  // of src/random.ts
constexpr int SMALLEST_BLOCK = 128, POSITIONS = 8192;
constexpr int GROUP = 2;  // panels of inputs whose weights are updated together, while they are in cache

// output = activation(input · weights + bias). Widths are padded to whole panels by zeros, which stay zeros.
struct Layer {
  int inputs, outputs;
  Panels weights[3];  // and the optimiser's two memories of them
  float *bias[3];
  Panels input, output;  // batch × width; after the backward pass `output` holds the gradient
  uint32_t *words;       // the dropout draws of the outputs, batch × outputs
  int outputVectors() const { return roundUp(outputs, COLUMN_UNIT) / LANES; }
  const uint32_t *wordsAt(int row, int vector) const { return words + (size_t)row * outputs + vector * LANES; }
};

struct Network {
  Directory directory;
  Activation activation;
  OptimizerKind optimizer;
  int batchSize, layerCount;
  uint32_t stepsDone;
  Layer *layers;
  Panels transposed;  // the weights of a group of a layer's inputs
  Panels lossColumns, lossPowers, lossGradients;
  int32_t *targets, *partnerTargets, *best;
  // what the directory points to
  Settings *settings;
  double *sums;
  float *alpha, *share, *logits, *state, *offsets, *margins;
  int32_t *rows, *partners;
};

// Lays out an area; without one (null) it only measures it.
uint64_t layOut(char *area, const int32_t *shape) {
  uint64_t end = 0;
  const auto take = [&](auto *&slot, uint64_t count) {
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
    take(panels.data, (uint64_t)panels.stride * (roundUp(columns, PANEL) / PANEL));
  };
  Panels input;
  takePanels(input, block, widths[0]);
  int widest = 0;
  uint64_t weightCount = 0;
  for (int i = 0; i < n.layerCount; i++) {
    Layer layer{};
    layer.inputs = widths[i], layer.outputs = widths[i + 1], layer.input = input;
    for (int k = 0; k < 3; k++) {
      takePanels(layer.weights[k], layer.inputs, layer.outputs);
      take(layer.bias[k], roundUp(layer.outputs, PANEL));
    }
    takePanels(layer.output, block, layer.outputs);
    if (i + 1 < n.layerCount) take(layer.words, (uint64_t)block * layer.outputs + 4 * PANEL);
    if (layer.outputs > widest) widest = layer.outputs;
    weightCount += (uint64_t)(layer.inputs + 1) * layer.outputs;
    input = layer.output;
    if (area) n.layers[i] = layer;
  }
  const int classes = widths[n.layerCount], positions = POSITIONS < block ? block : POSITIONS;
  takePanels(n.transposed, widest, GROUP * PANEL);
  takePanels(n.lossColumns, PANEL, classes), takePanels(n.lossPowers, PANEL, classes), takePanels(n.lossGradients, PANEL, classes);
  take(n.targets, block), take(n.partnerTargets, block);
  n.directory = {positions,
                 block,
                 take(n.settings, 1),
                 take(n.sums, 1 + positions / n.batchSize),
                 take(n.alpha, classes),
                 take(n.rows, positions),
                 take(n.partners, positions),
                 take(n.share, positions),
                 take(n.best, block),
                 take(n.logits, (uint64_t)block * classes),
                 take(n.state, weightCount * (n.optimizer == SGD ? 2 : 3) + 1),
                 take(n.offsets, classes),
                 take(n.margins, classes)};
  if (area) *network = n;
  return end;
}

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
  for (int i = 0; i < network.layerCount; i++) {
    const Layer &layer = network.layers[i];
    const Product<false> sums{{layer.input}, layer.weights[0], rows, layer.outputVectors(), layer.inputs, layer.bias[0]};
    // Decided once for a layer and not for every vector, which would slow down a small layer.
    const auto activated = [&](auto activate) {
      sums.compute([&](const auto &column) {
        float *place = layer.output.at(column.row, column.vector);
        int row = column.row;
        for (const Floats x : column.values) {
          store(place, activate(x, row++, column.vector));
          place += PANEL;
        }
      });
    };
    if (i + 1 == network.layerCount)
      activated([](Floats x, int, int) { return x; });
    else if (network.activation == RELU && !dropout)
      activated([](Floats x, int, int) { return larger(x, Floats{}); });
    else
      activated([&](Floats x, int row, int vector) {
        const Floats y = network.activation == RELU ? larger(x, Floats{}) : tanh(x);
        return dropout ? dropout->of(y, layer.wordsAt(row, vector)) : y;
      });
  }
}

// Goes over a layer's weights once, group by group of inputs: the gradient of the weights goes into the optimiser, and, by the
// weights as the forward pass saw them, the loss's gradient with regard to the sums of the layer below replaces the inputs.
void backward(const Network &network, int index, const Optimizer &optimizer, int rows, const Dropout *dropout) {
  const Layer &layer = network.layers[index];
  const bool relu = network.activation == RELU;
  const int panels = roundUp(layer.inputs, PANEL) / PANEL, outputPanels = roundUp(layer.outputs, PANEL) / PANEL;
  for (int first = 0; first < panels; first += GROUP) {
    const int count = panels - first < GROUP ? panels - first : GROUP;
    const Panels input = layer.input.from(0, first);
    if (index > 0) transposePanels(layer.weights[0].from(first * PANEL, 0), network.transposed, count, outputPanels);
    Product<true>{{input}, layer.output, count * PANEL, layer.outputVectors(), rows, nullptr}.compute(
        [&](const auto &column) {
          const Optimizer constants = optimizer;  // a copy that no store can change, so that it stays in registers
          float *place[3];
          for (int k = 0; k < 3; k++) place[k] = layer.weights[k].at(first * PANEL + column.row, column.vector);
          for (const Floats gradient : column.values) {
            update(constants, place[0], place[1], place[2], gradient);
            for (float *&at : place) at += PANEL;
          }
        });
    if (index == 0) continue;
    Product<false>{{layer.output}, network.transposed, rows, count * VECTORS, layer.outputs, nullptr}.compute(
        [&](const auto &column) {
          const Layer &below = network.layers[index - 1];
          float *place = input.at(column.row, column.vector);
          int row = column.row;
          for (Floats gradient : column.values) {
            const Floats y = load(place), h = dropout ? y * dropout->unscale : y;
            gradient = relu ? (y > 0.f ? gradient : Floats{}) : gradient * (1.f - h * h);
            if (dropout) gradient = dropout->of(gradient, below.wordsAt(row, first * VECTORS + column.vector));
            store(place, gradient);
            place += PANEL, row++;
          }
        });
  }
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
    const DropoutStream stream{(uint32_t)(int32_t)settings.seed, DROPOUT_PURPOSE, (uint32_t)i, number, epoch};
    drawWords(stream, network.layers[i].words, (size_t)rows * network.layers[i].outputs);
  }
  const LossSums sums = lossOf(network, examples, labels, dropout);
  const Optimizer optimizer(network.optimizer, ++network.stepsDone, settings);
  for (int i = top; i >= 0; i--) {
    updateBias(network.layers[i], optimizer, rows);
    backward(network, i, optimizer, rows, dropout);
  }
  return sums;
}

// Visits the state in the order that callers know: per layer W (inputs × outputs, row-major), then b; then the same of each
// memory; then the number of steps done.
template <class Visit> void eachNumber(Network &n, Visit visit) {
  float *state = n.state, steps = (float)n.stepsDone;
  for (int memory = 0; memory < (n.optimizer == SGD ? 2 : 3); memory++) {
    for (int l = 0; l < n.layerCount; l++) {
      const Layer &layer = n.layers[l];
      for (int i = 0; i < layer.inputs; i++)
        for (int o = 0; o < layer.outputs; o++) visit(*state++, layer.weights[memory].panel(o / PANEL)[i * PANEL + o % PANEL]);
      for (int o = 0; o < layer.outputs; o++) visit(*state++, layer.bias[memory][o]);
    }
  }
  visit(*state, steps);
  n.stepsDone = (uint32_t)steps;
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
