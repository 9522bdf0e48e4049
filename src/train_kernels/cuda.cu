#include <cuda_bf16.h>

#include <algorithm>
#include <string>

#include "base/error.h"
#include "train_kernels/cuda.h"

namespace diptych::train_kernels::cuda {
namespace {

constexpr int kThreads = 256, kWarp = 32, kWarps = kThreads / kWarp;
constexpr unsigned kAll = 0xffffffffu;

void Check(const char* what) {
  const cudaError_t error = cudaGetLastError();
  if (error != cudaSuccess)
    throw base::Error("train", std::string("the GPU did not start ") + what + ": " + cudaGetErrorString(error) + ".",
                      "was the trainer built for this GPU?");
}

// Blocks for `units` of work; each block loops over its share.
unsigned Blocks(int64_t units, int64_t per_block, int64_t most) {
  return static_cast<unsigned>(std::clamp<int64_t>((units + per_block - 1) / per_block, 1, most));
}

__device__ float Wide(BF16 x) { return __uint_as_float(static_cast<unsigned>(x) << 16); }
__device__ BF16 Narrow(float x) { return __bfloat16_as_ushort(__float2bfloat16_rn(x)); }
__device__ float2 Wide2(unsigned x) { return {__uint_as_float(x << 16), __uint_as_float(x & 0xffff0000u)}; }
__device__ unsigned Narrow2(float2 x) {
  return static_cast<unsigned>(Narrow(x.x)) | static_cast<unsigned>(Narrow(x.y)) << 16;
}

// The sum over `lanes` neighbouring threads; all of them get it.
__device__ float GroupSum(float x, int lanes) {
  for (int step = lanes / 2; step > 0; step /= 2) x += __shfl_xor_sync(kAll, x, step);
  return x;
}

const unsigned* Pairs(const BF16* x) { return reinterpret_cast<const unsigned*>(x); }
unsigned* Pairs(BF16* x) { return reinterpret_cast<unsigned*>(x); }
const float2* Pairs(const float* x) { return reinterpret_cast<const float2*>(x); }
float2* Pairs(float* x) { return reinterpret_cast<float2*>(x); }

// --- RMSNorm: a warp a row, each lane holding kPairs pairs of its numbers --------------------------------------------

template <int kPairs>
__global__ void NormForward(int64_t rows, float epsilon, const float2* stream, const unsigned* delta,
                            const float2* weight, float2* sum, unsigned* y, float* inverse_rms) {
  const int lane = threadIdx.x % kWarp;
  const int64_t row = int64_t{blockIdx.x} * kWarps + threadIdx.x / kWarp, first = row * kPairs * kWarp + lane;
  if (row >= rows) return;
  float2 x[kPairs];
  float squares = 0;
#pragma unroll
  for (int i = 0; i < kPairs; ++i) {
    x[i] = stream[first + i * kWarp];
    if (delta) {
      const float2 more = Wide2(delta[first + i * kWarp]);
      x[i] = {x[i].x + more.x, x[i].y + more.y};
      sum[first + i * kWarp] = x[i];
    }
    squares += x[i].x * x[i].x + x[i].y * x[i].y;
  }
  const float inverse = rsqrtf(GroupSum(squares, kWarp) / (2 * kPairs * kWarp) + epsilon);
  if (lane == 0) inverse_rms[row] = inverse;
#pragma unroll
  for (int i = 0; i < kPairs; ++i) {
    const float2 w = weight[i * kWarp + lane];
    y[first + i * kWarp] = Narrow2({x[i].x * inverse * w.x, x[i].y * inverse * w.y});
  }
}

template <int kPairs>
__global__ void NormBackward(int64_t rows, const float2* weight, const float* inverse_rms, const float2* sum,
                             const unsigned* dy, const float2* d_sum, float2* d_stream, unsigned* d_delta,
                             float* d_weight) {
  constexpr int kWidth = 2 * kPairs * kWarp;
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  float2 w[kPairs], of_weight[kPairs];
#pragma unroll
  for (int i = 0; i < kPairs; ++i) {
    w[i] = weight[i * kWarp + lane];
    of_weight[i] = {0, 0};
  }
  for (int64_t row = int64_t{blockIdx.x} * kWarps + warp; row < rows; row += int64_t{gridDim.x} * kWarps) {
    const int64_t first = row * kPairs * kWarp + lane;
    const float inverse = inverse_rms[row];
    float2 x[kPairs], g[kPairs];
    float product = 0;
#pragma unroll
    for (int i = 0; i < kPairs; ++i) {
      const float2 all = sum[first + i * kWarp], d = Wide2(dy[first + i * kWarp]);
      x[i] = {all.x * inverse, all.y * inverse};
      of_weight[i].x += d.x * x[i].x;
      of_weight[i].y += d.y * x[i].y;
      g[i] = {d.x * w[i].x, d.y * w[i].y};
      product += g[i].x * x[i].x + g[i].y * x[i].y;
    }
    const float mean = GroupSum(product, kWarp) / kWidth;
#pragma unroll
    for (int i = 0; i < kPairs; ++i) {
      float2 d = {inverse * (g[i].x - x[i].x * mean), inverse * (g[i].y - x[i].y * mean)};
      if (d_sum) {
        const float2 past = d_sum[first + i * kWarp];
        d = {d.x + past.x, d.y + past.y};
      }
      d_stream[first + i * kWarp] = d;
      if (d_delta) d_delta[first + i * kWarp] = Narrow2(d);
    }
  }
  __shared__ float2 parts[kWarps][kPairs * kWarp];
#pragma unroll
  for (int i = 0; i < kPairs; ++i) parts[warp][i * kWarp + lane] = of_weight[i];
  __syncthreads();
  for (int at = threadIdx.x; at < kPairs * kWarp; at += kThreads) {
    float2 all = {0, 0};
    for (int i = 0; i < kWarps; ++i) all = {all.x + parts[i][at].x, all.y + parts[i][at].y};
    atomicAdd(d_weight + 2 * at, all.x);
    atomicAdd(d_weight + 2 * at + 1, all.y);
  }
}

// Calls f with the number of pairs that each lane holds, as a constant.
template <typename F>
void WithPairs(int64_t width, const F& f) {
  switch (width) {
    case 64:
      return f(std::integral_constant<int, 1>());
    case 128:
      return f(std::integral_constant<int, 2>());
    case 256:
      return f(std::integral_constant<int, 4>());
    case 512:
      return f(std::integral_constant<int, 8>());
    default:
      return f(std::integral_constant<int, 16>());
  }
}

// --- heads: a thread a pair of numbers that turn together, K/2 threads a head ----------------------------------------

// Where the two numbers of a rotated pair lie in the head, and which half's norm they belong to. Pairs are numbered
// like their angles: K/4 of t, K/8 of h, K/8 of w.
struct PairPlace {
  int a, b;
  bool second;  // half
};
__device__ PairPlace PlaceOf(int pair, int k) {
  if (pair < k / 4) return {pair, pair + k / 4, false};
  const int within = pair - k / 4, axis = within / (k / 8), at = within % (k / 8);
  const int a = k / 2 + axis * (k / 4) + at;
  return {a, a + k / 8, true};
}

struct HeadView {
  int64_t rows;
  int query_heads, rotated_heads, heads, k;
  float epsilon;
  HeadNormWeights weights;
  const float *cos, *sin;
  // The norm weights of one half of a rotated head.
  __device__ const float* NormOf(int head, bool second) const {
    if (head < query_heads) return second ? weights.query_hw : weights.query_t;
    return second ? weights.key_hw : weights.key_t;
  }
};

HeadView ViewOf(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin) {
  return {shape.rows,
          shape.query_heads,
          shape.rotated_heads(),
          shape.query_heads + 2 * shape.key_value_heads,
          shape.head,
          shape.epsilon,
          weights,
          cos,
          sin};
}

__global__ void HeadsForward(HeadView view, const BF16* x, BF16* y, float* inverse_rms) {
  const int k = view.k, pairs = k / 2, pair = threadIdx.x % pairs;
  const int64_t unit = (int64_t{blockIdx.x} * kThreads + threadIdx.x) / pairs, row = unit / view.heads;
  const int head = static_cast<int>(unit % view.heads);
  const bool inside = row < view.rows;
  const PairPlace place = PlaceOf(pair, k);
  const int64_t first = unit * k;
  const float a = inside ? Wide(x[first + place.a]) : 0, b = inside ? Wide(x[first + place.b]) : 0;
  const float squares = GroupSum(a * a + b * b, k / 4);
  if (!inside) return;
  if (head >= view.rotated_heads) {
    y[first + place.a] = x[first + place.a];
    y[first + place.b] = x[first + place.b];
    return;
  }
  const float inverse = rsqrtf(squares / (k / 2) + view.epsilon);
  if (pair % (k / 4) == 0) inverse_rms[(row * view.rotated_heads + head) * 2 + place.second] = inverse;
  const float* norm = view.NormOf(head, place.second) - (place.second ? k / 2 : 0);
  const float na = a * inverse * norm[place.a], nb = b * inverse * norm[place.b];
  const float c = view.cos[row * pairs + pair], s = view.sin[row * pairs + pair];
  y[first + place.a] = Narrow(na * c - nb * s);
  y[first + place.b] = Narrow(nb * c + na * s);
}

// A block handles one head and loops over rows.
__global__ void HeadsBackward(HeadView view, const BF16* x, const float* inverse_rms, const BF16* dy, BF16* dx,
                              HeadNormGradients gradients) {
  const int k = view.k, pairs = k / 2, pair = threadIdx.x % pairs, rows_a_block = kThreads / pairs;
  const int head = blockIdx.y;
  const PairPlace place = PlaceOf(pair, k);
  const bool rotated = head < view.rotated_heads;
  const int shift = place.second ? k / 2 : 0;
  const float* norm = rotated ? view.NormOf(head, place.second) - shift : nullptr;
  const float wa = rotated ? norm[place.a] : 0, wb = rotated ? norm[place.b] : 0;
  float of_a = 0, of_b = 0;
  const int64_t step = int64_t{gridDim.x} * rows_a_block;
  // All threads of a warp take the same number of rounds, since they sum together.
  for (int64_t start = int64_t{blockIdx.x} * rows_a_block; start < view.rows; start += step) {
    const int64_t row = start + threadIdx.x / pairs;
    const bool inside = row < view.rows;
    const int64_t first = (row * view.heads + head) * k;
    if (!rotated) {
      if (inside) {
        dx[first + place.a] = dy[first + place.a];
        dx[first + place.b] = dy[first + place.b];
      }
      continue;
    }
    float a = 0, b = 0, ga = 0, gb = 0, inverse = 0;
    if (inside) {
      inverse = inverse_rms[(row * view.rotated_heads + head) * 2 + place.second];
      a = Wide(x[first + place.a]) * inverse;
      b = Wide(x[first + place.b]) * inverse;
      const float c = view.cos[row * pairs + pair], s = view.sin[row * pairs + pair];
      const float da = Wide(dy[first + place.a]), db = Wide(dy[first + place.b]);
      const float na = da * c + db * s, nb = db * c - da * s;  // rotated back
      of_a += na * a;
      of_b += nb * b;
      ga = na * wa;
      gb = nb * wb;
    }
    const float mean = GroupSum(ga * a + gb * b, k / 4) / (k / 2);
    if (inside) {
      dx[first + place.a] = Narrow(inverse * (ga - a * mean));
      dx[first + place.b] = Narrow(inverse * (gb - b * mean));
    }
  }
  if (!rotated) return;  // the whole block
  __shared__ float2 parts[kThreads];
  parts[threadIdx.x] = {of_a, of_b};
  __syncthreads();
  if (threadIdx.x >= pairs) return;
  float2 all = {0, 0};
  for (int i = 0; i < rows_a_block; ++i) {
    const float2 part = parts[i * pairs + pair];
    all = {all.x + part.x, all.y + part.y};
  }
  const bool query = head < view.query_heads;
  float* const into = (query ? (place.second ? gradients.query_hw : gradients.query_t)
                             : (place.second ? gradients.key_hw : gradients.key_t)) -
                      shift;
  atomicAdd(into + place.a, all.x);
  atomicAdd(into + place.b, all.y);
}

// --- SwiGLU: a thread two numbers ------------------------------------------------------------------------------------

__device__ float Sigmoid(float x) { return 1 / (1 + __expf(-x)); }

__global__ void GateForward(int64_t rows, int64_t half, const unsigned* gate_up, unsigned* y) {
  for (int64_t i = int64_t{blockIdx.x} * kThreads + threadIdx.x; i < rows * half; i += int64_t{gridDim.x} * kThreads) {
    const int64_t row = i / half, at = i + row * half;
    const float2 gate = Wide2(gate_up[at]), up = Wide2(gate_up[at + half]);
    y[i] = Narrow2({gate.x * Sigmoid(gate.x) * up.x, gate.y * Sigmoid(gate.y) * up.y});
  }
}

__global__ void GateBackward(int64_t rows, int64_t half, const unsigned* gate_up, const unsigned* dy, unsigned* d) {
  for (int64_t i = int64_t{blockIdx.x} * kThreads + threadIdx.x; i < rows * half; i += int64_t{gridDim.x} * kThreads) {
    const int64_t row = i / half, at = i + row * half;
    const float2 gate = Wide2(gate_up[at]), up = Wide2(gate_up[at + half]), g = Wide2(dy[i]);
    const auto of_gate = [](float gate, float up, float g) {
      const float s = Sigmoid(gate);
      return g * up * s * (1 + gate * (1 - s));
    };
    d[at] = Narrow2({of_gate(gate.x, up.x, g.x), of_gate(gate.y, up.y, g.y)});
    d[at + half] = Narrow2({g.x * gate.x * Sigmoid(gate.x), g.y * gate.y * Sigmoid(gate.y)});
  }
}

// A GPU of today runs some 2,000 blocks of this size at once.
constexpr int64_t kMostBlocks = 4096, kSummingBlocks = 528;

}  // namespace

void AddRmsNormForward(const RmsNormShape& shape, const float* stream, const BF16* delta, const float* weight,
                       float* sum, BF16* y, float* inverse_rms) {
  if (shape.rows == 0) return;
  WithPairs(shape.width, [&](auto pairs) {
    NormForward<pairs.value><<<Blocks(shape.rows, kWarps, INT32_MAX), kThreads>>>(
        shape.rows, shape.epsilon, Pairs(stream), delta ? Pairs(delta) : nullptr, Pairs(weight),
        sum ? Pairs(sum) : nullptr, Pairs(y), inverse_rms);
  });
  Check("a norm");
}

void AddRmsNormBackward(const RmsNormShape& shape, const float* weight, const float* inverse_rms,
                        const AddRmsNormGradients& all, float* d_weight) {
  cudaMemsetAsync(d_weight, 0, static_cast<size_t>(shape.width) * sizeof(float));
  if (shape.rows == 0) return;
  WithPairs(shape.width, [&](auto pairs) {
    NormBackward<pairs.value><<<Blocks(shape.rows, kWarps, kSummingBlocks), kThreads>>>(
        shape.rows, Pairs(weight), inverse_rms, Pairs(all.sum), Pairs(all.dy), all.d_sum ? Pairs(all.d_sum) : nullptr,
        Pairs(all.d_stream), all.d_delta ? Pairs(all.d_delta) : nullptr, d_weight);
  });
  Check("a norm's gradient");
}

void HeadNormRopeForward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                           const BF16* x, BF16* y, float* inverse_rms) {
  if (shape.rows == 0) return;
  const HeadView view = ViewOf(shape, weights, cos, sin);
  const int64_t threads = shape.rows * view.heads * (shape.head / 2);
  HeadsForward<<<Blocks(threads, kThreads, INT32_MAX), kThreads>>>(view, x, y, inverse_rms);
  Check("the heads");
}

void HeadNormRopeBackward(const HeadShape& shape, const HeadNormWeights& weights, const float* cos, const float* sin,
                            const BF16* x, const float* inverse_rms, const BF16* dy, BF16* dx,
                            const HeadNormGradients& gradients) {
  for (float* gradient : {gradients.query_t, gradients.query_hw, gradients.key_t, gradients.key_hw})
    cudaMemsetAsync(gradient, 0, static_cast<size_t>(shape.head / 2) * sizeof(float));
  if (shape.rows == 0) return;
  const HeadView view = ViewOf(shape, weights, cos, sin);
  const dim3 blocks(Blocks(shape.rows, kThreads / (shape.head / 2), kSummingBlocks), static_cast<unsigned>(view.heads));
  HeadsBackward<<<blocks, kThreads>>>(view, x, inverse_rms, dy, dx, gradients);
  Check("the heads' gradient");
}

void SwiGluForward(int64_t rows, int64_t width, const BF16* gate_up, BF16* y) {
  if (rows == 0) return;
  GateForward<<<Blocks(rows * width / 2, kThreads, kMostBlocks), kThreads>>>(rows, width / 2, Pairs(gate_up), Pairs(y));
  Check("a gate");
}

void SwiGluBackward(int64_t rows, int64_t width, const BF16* gate_up, const BF16* dy, BF16* d_gate_up) {
  if (rows == 0) return;
  GateBackward<<<Blocks(rows * width / 2, kThreads, kMostBlocks), kThreads>>>(rows, width / 2, Pairs(gate_up),
                                                                              Pairs(dy), Pairs(d_gate_up));
  Check("a gate's gradient");
}

}  // namespace diptych::train_kernels::cuda
