// Vectors of floats of the instruction set that this translation unit is compiled for, and exp, log and tanh on them.
// Everything has internal linkage, because the addon links one translation unit per instruction set.
#pragma once
#include <stddef.h>
#include <stdint.h>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#elif defined(__wasm__)
#include <wasm_simd128.h>
#endif

namespace {

// LANES floats to a vector; SUM_OF_PRODUCT is a · b + c with one rounding where the processor has fused multiply-add, with two
// in the baseline, in wasm and under SEPARATE_ROUNDING, which agree in bits; LESS_PRODUCT is the fused c - a · b; LOW and HIGH are the halves of two
// vectors interleaved.
#if defined(__AVX512F__)
constexpr int LANES = 16;
#define FUSED_SUM_OF_PRODUCT(a, b, c) _mm512_fmadd_ps(a, b, c)
#define FUSED_LESS_PRODUCT(a, b, c) _mm512_fnmadd_ps(a, b, c)
#define SQUARE_ROOT(x) _mm512_sqrt_ps(x)
#define LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif defined(__AVX2__)
constexpr int LANES = 8;
#define FUSED_SUM_OF_PRODUCT(a, b, c) _mm256_fmadd_ps(a, b, c)
#define FUSED_LESS_PRODUCT(a, b, c) _mm256_fnmadd_ps(a, b, c)
#define SQUARE_ROOT(x) _mm256_sqrt_ps(x)
#define LOW 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH 4, 12, 5, 13, 6, 14, 7, 15
#else
constexpr int LANES = 4;
#define LOW 0, 4, 1, 5
#define HIGH 2, 6, 3, 7
#if defined(__aarch64__)
#define FUSED_SUM_OF_PRODUCT(a, b, c) vfmaq_f32(c, a, b)
#define FUSED_LESS_PRODUCT(a, b, c) vfmsq_f32(c, a, b)
#define SQUARE_ROOT(x) vsqrtq_f32(x)
#elif defined(__wasm__)
#define SQUARE_ROOT(x) wasm_f32x4_sqrt(x)
#else
#define SQUARE_ROOT(x) _mm_sqrt_ps(x)
#endif
#endif
#if defined(FUSED_SUM_OF_PRODUCT) && !defined(SEPARATE_ROUNDING)
#define SUM_OF_PRODUCT(a, b, c) FUSED_SUM_OF_PRODUCT(a, b, c)
#define LESS_PRODUCT(a, b, c) FUSED_LESS_PRODUCT(a, b, c)
#else
#define SUM_OF_PRODUCT(a, b, c) ((a) * (b) + (c))
#endif

typedef float Floats __attribute__((vector_size(LANES * 4)));
typedef int32_t Ints __attribute__((vector_size(LANES * 4)));
typedef uint32_t Words __attribute__((vector_size(LANES * 4)));

#define INLINE inline __attribute__((always_inline))
// Kept apart, so that what few networks need takes no registers from the rest.
#define APART __attribute__((noinline))
#define STRING(text) #text
#if defined(__clang__)
#define UNROLL(times) _Pragma(STRING(unroll times))
#else
#define UNROLL(times) _Pragma(STRING(GCC unroll times))
#endif

template <class Vector> struct Unaligned {
  Vector vector;
} __attribute__((packed, may_alias));

template <class Vector = Floats, class Scalar> INLINE Vector load(const Scalar *from) {
  return reinterpret_cast<const Unaligned<Vector> *>(from)->vector;
}
template <class Vector, class Scalar> INLINE void store(Scalar *to, Vector value) {
  reinterpret_cast<Unaligned<Vector> *>(to)->vector = value;
}
INLINE Floats splat(float value) { return value - Floats{}; }
INLINE Ints splatInt(int32_t value) { return value - Ints{}; }

INLINE Floats fma(Floats a, Floats b, Floats c) { return SUM_OF_PRODUCT(a, b, c); }
INLINE Floats squareRoot(Floats x) { return SQUARE_ROOT(x); }
INLINE Floats larger(Floats a, Floats b) { return a > b ? a : b; }
INLINE Floats magnitude(Floats x) { return (Floats)((Ints)x & 0x7fffffff); }

// a / b for normal b > 0, within 2 ulp. With fused multiply-add, cubic Newton steps from a guess out of b's bits leave the divider,
// which is the bottleneck of an optimiser, to its square roots.
INLINE Floats quotient(Floats a, Floats b) {
#if defined(LESS_PRODUCT)
  Floats inverse = (Floats)(0x7ef311c7 - (Ints)b);
  for (int i = 0; i < 2; i++) {
    const Floats error = LESS_PRODUCT(b, inverse, splat(1));
    inverse = fma(inverse, fma(error, error, error), inverse);
  }
  return a * inverse;
#else
  return a / b;
#endif
}

// The sum of coefficient[i] · x^i.
template <int N> INLINE Floats polynomial(Floats x, const float (&coefficient)[N]) {
  Floats sum = splat(coefficient[N - 1]);
  UNROLL(16)
  for (int i = N - 2; i >= 0; i--) sum = fma(sum, x, splat(coefficient[i]));
  return sum;
}

// exp(x) for x <= 0, within 2 ulp; 0 below -87, where the next numbers would be subnormal.
// x = n ln 2 + r with |r| <= ln 2 / 2, and exp(r) = 1 + r + r² P(r), P a minimax fit.
INLINE Floats expOfNegative(Floats x) {
  constexpr float fit[] = {0.49999994f, 0.16666521f, 0.04166839f, 0.008368716f, 0.0013814602f};
  const Floats clamped = larger(x, splat(-87.f));
  const Floats roundedToUnits = splat(12582912.f);  // 1.5 · 2^23: adding it leaves the nearest integer in the low bits
  const Floats shifted = clamped * 1.44269504f + roundedToUnits;
  const Floats n = shifted - roundedToUnits;
  Floats r = fma(n, splat(-0.693359375f), clamped);  // ln 2 in two parts, the first exact in 9 bits
  r = fma(n, splat(2.12194440e-4f), r);
  const Floats power = fma(polynomial(r, fit), r * r, r) + 1.f;
  const Ints exponent = ((Ints)shifted - (Ints)roundedToUnits) << 23;
  return x < -87.f ? Floats{} : (Floats)((Ints)power + exponent);
}

// log(x) for normal x > 0, within 2 ulp. x = 2^n (1 + f) with 1 + f in [√½, √2); log(1 + f) = f - f²/2 + f³ Q(f).
INLINE Floats log(Floats x) {
  constexpr float fit[] = {0.3333333f,  -0.25000823f, 0.2000122f,  -0.16623327f,
                           0.14201882f, -0.13160636f, 0.12760855f, -0.07632272f};
  const Ints rootHalf = splatInt(0x3f3504f3);
  const Ints n = ((Ints)x - rootHalf) >> 23;
  const Floats f = (Floats)((Ints)x - (n << 23)) - 1.f;
  const Floats square = f * f;
  const Floats tail = fma(polynomial(f, fit), square * f, square * -0.5f);
  const Floats exponent = __builtin_convertvector(n, Floats);
  return fma(exponent, splat(0.693359375f), f + fma(exponent, splat(-2.12194440e-4f), tail));
}

// log(1 + u) for u in [0, 1]: the logarithm of the rounded sum, and what the rounding lost.
INLINE Floats logOnePlus(Floats u) {
  const Floats sum = u + 1.f;
  return log(sum) + (u - (sum - 1.f)) / sum;
}

// tanh(x) within 2 ulp: an odd minimax fit near 0, (1 - exp(-2|x|)) / (1 + exp(-2|x|)) beyond.
INLINE Floats tanh(Floats x) {
  constexpr float fit[] = {-0.3333328f, 0.13331442f, -0.053739715f, 0.020639086f, -0.0057049864f};
  const Floats size = magnitude(x), square = x * x;
  const Floats small = fma(polynomial(square, fit), square * x, x);
  const Floats power = expOfNegative(size * -2.f);
  const Floats far = (1.f - power) / (1.f + power);
  const Ints sign = (Ints)x & (int32_t)0x80000000;
  return size < 0.625f ? small : (Floats)((Ints)far | sign);
}

// Reads the vectors (a power of two of them) as a matrix, row-major, and writes it column by column, by perfect shuffles.
template <int ROWS, class Vector> INLINE void transpose(Vector (&v)[ROWS]) {
  UNROLL(8)
  for (int stage = 1; stage < ROWS; stage *= 2) {
    Vector next[ROWS];
    UNROLL(16)
    for (int i = 0; i < ROWS / 2; i++) {
      next[2 * i] = __builtin_shufflevector(v[i], v[i + ROWS / 2], LOW);
      next[2 * i + 1] = __builtin_shufflevector(v[i], v[i + ROWS / 2], HIGH);
    }
    UNROLL(16)
    for (int i = 0; i < ROWS; i++) v[i] = next[i];
  }
}

// While this lives, the processor reads and writes subnormal numbers as 0 where it can: they cost a trap each.
#if defined(__AVX2__)
constexpr bool FLUSHES_SUBNORMALS = true;
struct FlushSubnormals {
  const unsigned before = _mm_getcsr();
  FlushSubnormals() { _mm_setcsr(before | 0x8040); }
  ~FlushSubnormals() { _mm_setcsr(before); }
};
#else
constexpr bool FLUSHES_SUBNORMALS = false;
struct FlushSubnormals {
  FlushSubnormals() {}
};
#endif

}  // namespace
