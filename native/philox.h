// Philox4x32-10, the counter-based generator of src/random.ts: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
#pragma once
#include "vector.h"

namespace {

struct DropoutStream {
  uint32_t seed, purpose, layer, step, epoch;
};

// The high and low halves of the 64-bit products.
INLINE void multiplyWide(uint32_t multiplier, Words x, Words &high, Words &low) {
#if defined(__wasm__)
  const v128_t factor = wasm_u32x4_splat(multiplier);
  const v128_t left = wasm_u64x2_extmul_low_u32x4(x, factor), right = wasm_u64x2_extmul_high_u32x4(x, factor);
  high = (Words)wasm_i32x4_shuffle(left, right, 1, 3, 5, 7);
  low = (Words)wasm_i32x4_shuffle(left, right, 0, 2, 4, 6);
#else
  for (int lane = 0; lane < LANES; lane++) {
    const uint64_t product = (uint64_t)multiplier * x[lane];
    high[lane] = (uint32_t)(product >> 32);
    low[lane] = (uint32_t)product;
  }
#endif
}

// Writes words [0, count) of the stream, rounded up to whole vectors of counters: at most 4 · LANES - 1 words more.
void drawWords(const DropoutStream &stream, uint32_t *out, size_t count) {
  Words index;
  for (int lane = 0; lane < LANES; lane++) index[lane] = lane;
  for (size_t at = 0; at < count; at += 4 * LANES) {
    Words c[4] = {index + (uint32_t)(at / 4), stream.layer - Words{}, stream.step - Words{}, stream.epoch - Words{}};
    uint32_t key0 = stream.seed, key1 = stream.purpose;
    for (int round = 0; round < 10; round++) {
      Words high0, low0, high1, low1;
      multiplyWide(0xd2511f53, c[0], high0, low0);
      multiplyWide(0xcd9e8d57, c[2], high1, low1);
      c[0] = high1 ^ c[1] ^ key0;
      c[1] = low1;
      c[2] = high0 ^ c[3] ^ key1;
      c[3] = low0;
      key0 += 0x9e3779b9;
      key1 += 0xbb67ae85;
    }
    transpose(c);
    for (int i = 0; i < 4; i++) store(out + at + i * LANES, c[i]);
  }
}

}  // namespace
