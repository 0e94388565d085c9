// Products of small matrices that stay in cache, register-blocked after BLIS's micro-kernel. Matrices are stored in panels of
// 16 columns, row after row inside a panel, so that every operand is read in long runs and nothing is packed.
#pragma once
#include "vector.h"

namespace {

constexpr int PANEL = 16;
constexpr int VECTORS = PANEL / LANES;  // of one row of a panel

// A tile of C is kept in registers: TILE_ROWS (or TAIL_ROWS) rows by TILE_VECTORS vectors.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int TILE_ROWS = 8, TAIL_ROWS = 8, TILE_VECTORS = 2;
#elif defined(__AVX2__)
constexpr int TILE_ROWS = 6, TAIL_ROWS = 4, TILE_VECTORS = 2;
#else
constexpr int TILE_ROWS = 2, TAIL_ROWS = 2, TILE_VECTORS = 4;
#endif
// Columns are computed up to a multiple of this: a tile of one vector is worth more than zeros unless it has two rows only.
constexpr int COLUMN_UNIT = TILE_ROWS > 2 ? LANES : PANEL;
// How often the innermost loop is unrolled. V8 keeps a small loop's addresses and sums in registers, a large one's it spills.
#if defined(__wasm__)
constexpr int DEPTH_UNROLL = 1;
#else
constexpr int DEPTH_UNROLL = 4;
#endif

constexpr int roundUp(int count, int unit) { return (count + unit - 1) / unit * unit; }

struct Panels {
  float *data;
  size_t stride;  // floats from one panel to the next

  float *panel(int index) const { return data + index * stride; }
  // The part that begins at a row and a panel.
  Panels from(int row, int index) const { return {panel(index) + (size_t)row * PANEL, stride}; }
  // Row `row` of the vector that is `vector`-th from the left.
  float *at(int row, int vector) const {
    return panel(vector / VECTORS) + (size_t)row * PANEL + vector % VECTORS * LANES;
  }
};

// c[m][n] += the sum over k of a(m, k) · b(k, n), k ascending, so that the bits do not depend on the tile's shape.
template <int M, int N, int ROW_STEP, int DEPTH_STEP>
INLINE void accumulate(Floats (&c)[M][N], const float *a, const float *(&b)[N], int depth) {
  UNROLL(DEPTH_UNROLL)
  for (int k = 0; k < depth; k++) {
    Floats right[N];
    UNROLL(4)
    for (int n = 0; n < N; n++) right[n] = load(b[n] + (size_t)k * PANEL);
    UNROLL(8)
    for (int m = 0; m < M; m++) {
      const Floats left = splat(a[m * ROW_STEP + (size_t)k * DEPTH_STEP]);
      UNROLL(4)
      for (int n = 0; n < N; n++) c[m][n] = fma(left, right[n], c[m][n]);
    }
  }
}

// The left operand, as it is stored or transposed, by strides.
template <bool TRANSPOSED> struct Left {
  const Panels &matrix;
  // No tile crosses the end of a strip.
  static constexpr int STRIP = TRANSPOSED ? PANEL : 1 << 30;

  template <int M, int N> INLINE void times(Floats (&c)[M][N], int row, const float *(&b)[N], int depth) const {
    if (TRANSPOSED) return accumulate<M, N, 1, PANEL>(c, matrix.panel(row / PANEL) + row % PANEL, b, depth);
    const float *a = matrix.data + (size_t)row * PANEL;
    for (int left = depth; left > 0; left -= PANEL, a += matrix.stride) {
      accumulate<M, N, PANEL, 1>(c, a, b, left < PANEL ? left : PANEL);
      for (int n = 0; n < N; n++) b[n] += PANEL * PANEL;
    }
  }
};

// A finished column of a tile: a vector of each of M rows, from `row` on.
template <int M> struct Column {
  int row, vector;
  Floats values[M];
};

// A product to compute, and what is added to every one of its rows, or null.
template <bool TRANSPOSED> struct Product {
  Left<TRANSPOSED> left;
  const Panels &right;
  int rows, vectors, depth;
  const float *start;

  // finish(column) for every column of a tile of the result. `rows` is rounded up to whole tiles: operands have room.
  template <class Finish> void compute(Finish finish) const {
    int vector = 0;
    for (; vector + TILE_VECTORS <= vectors; vector += TILE_VECTORS) column<TILE_VECTORS>(vector, finish);
    for (; vector < vectors; vector++) column<1>(vector, finish);
  }

 private:
  template <int N, class Finish> void column(int vector, Finish finish) const {
    for (int strip = 0; strip < rows; strip += left.STRIP) {
      const int end = strip + roundUp(rows - strip < left.STRIP ? rows - strip : left.STRIP, TAIL_ROWS);
      for (int row = strip; row < end;) {
        const bool whole = TILE_ROWS == TAIL_ROWS || (end - row) % TILE_ROWS == 0;
        whole ? tile<TILE_ROWS, N>(row, vector, finish) : tile<TAIL_ROWS, N>(row, vector, finish);
        row += whole ? TILE_ROWS : TAIL_ROWS;
      }
    }
  }

  template <int M, int N, class Finish> void tile(int row, int vector, Finish finish) const {
    Floats c[M][N];
    const float *b[N];
    UNROLL(4)
    for (int n = 0; n < N; n++) {
      b[n] = right.at(0, vector + n);
      const Floats first = start ? load(start + (vector + n) * LANES) : Floats{};
      UNROLL(8)
      for (int m = 0; m < M; m++) c[m][n] = first;
    }
    left.times(c, row, b, depth);
    Column<M> done[N];
    UNROLL(4)
    for (int n = 0; n < N; n++) {
      done[n].row = row, done[n].vector = vector + n;
      UNROLL(8)
      for (int m = 0; m < M; m++) done[n].values[m] = c[m][n];
    }
    for (int n = 0; n < N; n++) finish(done[n]);
  }
};

// Transposes 16 × 16 numbers.
void transposeBlock(const float *from, float *to) {
  for (int row = 0; row < PANEL; row += LANES) {
    for (int column = 0; column < PANEL; column += LANES) {
      Floats block[LANES];
      for (int i = 0; i < LANES; i++) block[i] = load(from + (row + i) * PANEL + column);
      transpose(block);
      for (int i = 0; i < LANES; i++) store(to + (column + i) * PANEL + row, block[i]);
    }
  }
}
// Transposes a matrix of rowPanels · 16 rows by columnPanels · 16 columns.
void transposePanels(const Panels &from, const Panels &to, int rowPanels, int columnPanels) {
  for (int row = 0; row < rowPanels; row++)
    for (int column = 0; column < columnPanels; column++)
      transposeBlock(from.panel(column) + row * PANEL * PANEL, to.panel(row) + column * PANEL * PANEL);
}

}  // namespace
