// The kernel as a Node-API addon. It exports an object of functions per instruction set that this machine has, the best first.
// All memory is in buffers that JavaScript owns and every call is synchronous, so a thread can end between any two calls.
#include <node_api.h>

#include "kernel.h"
#include "trees.h"

extern const Kernel kernel_avx512, kernel_avx2, kernel_sse2, kernel_neon;
extern const TreeKernel trees_avx512, trees_avx2, trees_sse2, trees_neon;

namespace {

constexpr size_t ALIGNMENT = 64;

struct Call {
  static constexpr size_t MOST = 6;
  napi_env env;
  size_t count = MOST;
  napi_value arguments[MOST];
  void *kernel = nullptr;
  bool valid;

  Call(napi_env env, napi_callback_info info, size_t expected) : env(env) {
    valid = napi_get_cb_info(env, info, &count, arguments, nullptr, &kernel) == napi_ok && count == expected;
  }
  template <class Build = Kernel> const Build &build() const { return *static_cast<const Build *>(kernel); }
  // The data of a typed array of this type.
  template <class T> T *array(size_t index, napi_typedarray_type type) {
    void *data = nullptr;
    napi_typedarray_type actual;
    valid = valid && napi_get_typedarray_info(env, arguments[index], &actual, nullptr, &data, nullptr, nullptr) == napi_ok &&
            actual == type;
    return static_cast<T *>(data);
  }
  int32_t integer(size_t index) {
    int32_t value = 0;
    valid = valid && napi_get_value_int32(env, arguments[index], &value) == napi_ok;
    return value;
  }
  napi_value refuse() const {
    napi_throw_type_error(env, nullptr, "the native kernel was called with the wrong arguments");
    return nullptr;
  }
};

// allocate(shape: Int32Array): Uint8Array — a prepared area, aligned to a cache line; undefined when it would be over 2 GiB.
napi_value allocate(napi_env env, napi_callback_info info) {
  Call call(env, info, 1);
  const int32_t *shape = call.array<int32_t>(0, napi_int32_array);
  if (!call.valid) return call.refuse();
  const size_t bytes = call.build().areaBytes(shape);
  if (bytes == 0) return nullptr;
  void *data = nullptr;
  napi_value buffer, area;
  if (napi_create_arraybuffer(env, bytes + ALIGNMENT, &data, &buffer) != napi_ok) return nullptr;
  const size_t offset = (ALIGNMENT - reinterpret_cast<uintptr_t>(data) % ALIGNMENT) % ALIGNMENT;
  if (napi_create_typedarray(env, napi_uint8_array, bytes, buffer, offset, &area) != napi_ok) return nullptr;
  call.build().prepare(static_cast<char *>(data) + offset, shape);
  return area;
}

// train(area: Uint8Array, features: Float32Array, labels: Int32Array, epoch, first, positions)
napi_value train(napi_env env, napi_callback_info info) {
  Call call(env, info, 6);
  char *area = call.array<char>(0, napi_uint8_array);
  const float *features = call.array<float>(1, napi_float32_array);
  const int32_t *labels = call.array<int32_t>(2, napi_int32_array);
  const int32_t epoch = call.integer(3), first = call.integer(4), positions = call.integer(5);
  if (!call.valid) return call.refuse();
  call.build().train(area, features, labels, epoch, first, positions);
  return nullptr;
}

// evaluate(area: Uint8Array, features: Float32Array, labels: Int32Array, count)
napi_value evaluate(napi_env env, napi_callback_info info) {
  Call call(env, info, 4);
  char *area = call.array<char>(0, napi_uint8_array);
  const float *features = call.array<float>(1, napi_float32_array);
  const int32_t *labels = call.array<int32_t>(2, napi_int32_array);
  const int32_t count = call.integer(3);
  if (!call.valid) return call.refuse();
  call.build().evaluate(area, features, labels, count);
  return nullptr;
}

// predict(area: Uint8Array, features: Float32Array, count)
napi_value predict(napi_env env, napi_callback_info info) {
  Call call(env, info, 3);
  char *area = call.array<char>(0, napi_uint8_array);
  const float *features = call.array<float>(1, napi_float32_array);
  const int32_t count = call.integer(2);
  if (!call.valid) return call.refuse();
  call.build().predict(area, features, count);
  return nullptr;
}

// load(area: Uint8Array), save(area: Uint8Array)
template <void (*Kernel::*FUNCTION)(char *)> napi_value onArea(napi_env env, napi_callback_info info) {
  Call call(env, info, 1);
  char *area = call.array<char>(0, napi_uint8_array);
  if (!call.valid) return call.refuse();
  (call.build().*FUNCTION)(area);
  return nullptr;
}

// trees(what, buffers: (TypedArray | null)[], numbers: Float64Array)
napi_value trees(napi_env env, napi_callback_info info) {
  constexpr uint32_t MOST = 32;
  Call call(env, info, 3);
  const int32_t what = call.integer(0);
  const double *numbers = call.array<double>(2, napi_float64_array);
  uint32_t count = 0;
  call.valid = call.valid && napi_get_array_length(env, call.arguments[1], &count) == napi_ok && count <= MOST;
  void *buffers[MOST];
  for (uint32_t at = 0; call.valid && at < count; at++) {
    napi_value element;
    call.valid = napi_get_element(env, call.arguments[1], at, &element) == napi_ok &&
                 napi_get_typedarray_info(env, element, nullptr, nullptr, &buffers[at], nullptr, nullptr) == napi_ok;
  }
  if (!call.valid) return call.refuse();
  call.build<TreeKernel>().call(what, buffers, numbers);
  return nullptr;
}

void addFunction(napi_env env, napi_value object, const char *name, napi_callback function, const void *build) {
  napi_value value;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, const_cast<void *>(build), &value) == napi_ok)
    napi_set_named_property(env, object, name, value);
}

void addBuild(napi_env env, napi_value exports, const Kernel &kernel, const TreeKernel &growing) {
  napi_value object;
  if (napi_create_object(env, &object) != napi_ok) return;
  addFunction(env, object, "allocate", allocate, &kernel);
  addFunction(env, object, "train", train, &kernel);
  addFunction(env, object, "evaluate", evaluate, &kernel);
  addFunction(env, object, "predict", predict, &kernel);
  addFunction(env, object, "load", onArea<&Kernel::load>, &kernel);
  addFunction(env, object, "save", onArea<&Kernel::save>, &kernel);
  addFunction(env, object, "trees", trees, &growing);
  napi_set_named_property(env, exports, kernel.instructionSet, object);
}

}  // namespace

NAPI_MODULE_INIT() {
#if defined(__x86_64__)
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  if (avx512) addBuild(env, exports, kernel_avx512, trees_avx512);
  if (avx2) addBuild(env, exports, kernel_avx2, trees_avx2);
  addBuild(env, exports, kernel_sse2, trees_sse2);
#else
  addBuild(env, exports, kernel_neon, trees_neon);
#endif
  return exports;
}
