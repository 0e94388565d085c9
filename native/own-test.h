// What the own tests share: failures, a hash of bits, and their report.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

namespace {

int failures = 0;
uint32_t bits = 2166136261u;

void expect(bool holds, const char *what, double detail) {
  if (holds) return;
  failures++;
  printf("FAILED %s (%g)\n", what, detail);
}

// FNV-1a.
template <class T> void hashBits(const T *from, size_t count) {
  for (const char *at = (const char *)from, *end = (const char *)(from + count); at < end; at++)
    bits = (bits ^ (uint8_t)*at) * 16777619u;
}

// Prints the hash and the failures; returns the exit code.
int reported() {
  printf("bits %08x\n", bits);
  printf(failures ? "%d failures\n" : "all passed\n", failures);
  return failures > 0;
}

}  // namespace
