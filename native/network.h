// A network as it lies in memory: what a shape says of its layers, and the layout of an area.
#pragma once
#include "kernel.h"
#include "norm.h"
#include "optimizer.h"

namespace {

enum Activation : int32_t { RELU = 0, TANH = 1 };
constexpr uint32_t DROPOUT_PURPOSE = 5;  // of src/random.ts
constexpr int SMALLEST_BLOCK = 128, POSITIONS = 8192;
constexpr int GROUP = 2;  // panels of inputs whose weights are updated together, while they are in cache

// What happens before and after the product of a layer, as bits of its kind. A multilayer perceptron has ACTIVATED layers and a
// plain one; in a residual network (Gorishniy et al. 2021), a plain layer begins the trunk, to which every ADDED one adds.
enum LayerKind : int32_t {
  ACTIVATED = 1,        // its sums are activated, and dropped out
  ADDED = 2,            // its sums are dropped out, and added to the trunk
  NORMALISED = 4,       // its input is the trunk, normalised
  INPUT_ACTIVATED = 8,  // and then activated
};

// output = activation(input · weights + bias). Widths are padded to whole panels by zeros, which stay zeros.
struct Layer {
  int inputs, outputs;
  int32_t kind;
  Panels weights[3];  // and the optimiser's two memories of them
  float *bias[3];
  Panels input, output;  // batch × width; after the backward pass they hold gradients. All layers of a trunk share their output
  Norm norm;             // where the layer is NORMALISED
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
  Panels dropped;     // the gradient of a trunk where it was kept
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
  Panels input, trunk{};
  takePanels(input, block, widths[0]);
  const auto takeColumns = [&](float *(&columns)[3], int width) {
    for (int k = 0; k < 3; k++) take(columns[k], roundUp(width, PANEL));
  };
  const int32_t *kinds = widths + n.layerCount + 1;
  int widest = 0;
  uint64_t weightCount = 0;
  for (int i = 0; i < n.layerCount; i++) {
    Layer layer{};
    layer.inputs = widths[i], layer.outputs = widths[i + 1], layer.kind = kinds[i], layer.input = input;
    if (layer.kind & NORMALISED) {
      takePanels(layer.input, block, layer.inputs), takePanels(layer.norm.units, block, layer.inputs);
      takeColumns(layer.norm.scale, layer.inputs), takeColumns(layer.norm.shift, layer.inputs);
      take(layer.norm.inverse, block);
      weightCount += 2 * layer.inputs;
    }
    for (int k = 0; k < 3; k++) {
      takePanels(layer.weights[k], layer.inputs, layer.outputs);
      take(layer.bias[k], roundUp(layer.outputs, PANEL));
    }
    if (layer.kind & ADDED) {
      layer.output = trunk;
      if (!n.dropped.data) takePanels(n.dropped, block, layer.outputs);
    } else {
      takePanels(layer.output, block, layer.outputs);
    }
    if (!(layer.kind & ACTIVATED)) trunk = layer.output;
    if (layer.kind & (ACTIVATED | ADDED)) take(layer.words, (uint64_t)block * layer.outputs + 4 * PANEL);
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

// Visits the state in the order that callers know: per layer, where it is normalised, scale and shift of its norm, then W
// (inputs × outputs, row-major), then b; then the same of each memory; then the number of steps done.
template <class Visit> void eachNumber(Network &n, Visit visit) {
  float *state = n.state, steps = (float)n.stepsDone;
  for (int memory = 0; memory < (n.optimizer == SGD ? 2 : 3); memory++) {
    for (int l = 0; l < n.layerCount; l++) {
      const Layer &layer = n.layers[l];
      for (int i = 0; layer.kind & NORMALISED && i < layer.inputs; i++) visit(*state++, layer.norm.scale[memory][i]);
      for (int i = 0; layer.kind & NORMALISED && i < layer.inputs; i++) visit(*state++, layer.norm.shift[memory][i]);
      for (int i = 0; i < layer.inputs; i++)
        for (int o = 0; o < layer.outputs; o++) visit(*state++, layer.weights[memory].panel(o / PANEL)[i * PANEL + o % PANEL]);
      for (int o = 0; o < layer.outputs; o++) visit(*state++, layer.bias[memory][o]);
    }
  }
  visit(*state, steps);
  n.stepsDone = (uint32_t)steps;
}

}  // namespace
