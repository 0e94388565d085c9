// Trees as plain data: four whole numbers per node, feature (-1 in a leaf), rule, left and right node.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace {

constexpr int LEAF_BYTES = 144, AHEAD = 16, MISSING_SHIFT = 16;
enum Kind : uint8_t { CATEGORIES = 1, HAS_MISSING = 2 };

// Whether a bin goes left. The rule of a number is its last bin on the left, and above MISSING_SHIFT one more than the bin of missing values
// if that goes left, too; the rule of categories is -1 less the index of their set.
inline bool goesLeft(int32_t rule, int bin, const uint32_t *sets) {
  if (rule >= 0) return bin <= (rule & 0xffff) || bin + 1 == rule >> MISSING_SHIFT;
  return sets[8 * (-1 - rule) + (bin >> 5)] >> (bin & 31) & 1;
}

// The node at which a row ends.
inline int leafOf(const uint8_t *columns, const int32_t *nodes, const uint32_t *sets, int rows, int row) {
  int node = 0;
  while (nodes[4 * node] >= 0) {
    const int32_t *own = nodes + 4 * node;
    node = own[goesLeft(own[1], columns[(size_t)own[0] * rows + row], sets) ? 2 : 3];
  }
  return node;
}

}  // namespace
