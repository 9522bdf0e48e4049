#include "kernels/float_product.h"

#include <omp.h>

#include <cstddef>
#include <map>
#include <oneapi/dnnl/dnnl.hpp>
#include <unordered_map>
#include <vector>

#include "kernels/aligned_array.h"

namespace diptych::kernels {
namespace {

using dnnl::memory;

// One thread's oneDNN handles for the memory of one product.
struct Arguments {
  memory source, weights, target, scratch;
  AlignedArray<std::byte> scratch_bytes;
  std::unordered_map<int, memory> by_role;
};

memory::desc Floats(int rows, int columns, const memory::dims& strides) {
  return memory::desc({rows, columns}, memory::data_type::f32, strides);
}

}  // namespace

class FloatProducts::Compiled {
 public:
  dnnl::matmul primitive;
  memory::desc source, weights, target, scratch;
  std::vector<Arguments> of_thread;
};

namespace {

FloatProducts::Compiled Compile(const dnnl::engine& engine, const FloatProducts::Shape& shape) {
  const OneThread one_thread;
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  FloatProducts::Compiled product;
  product.source = Floats(shape.rows, shape.inner, {shape.inner, 1});
  product.weights = Floats(shape.inner, shape.columns, {1, shape.inner});
  product.target = Floats(shape.rows, shape.columns, {shape.columns, 1});
  const dnnl::matmul::desc description(product.source, product.weights, product.target);
  const dnnl::matmul::primitive_desc compiled(description, attributes, engine);
  product.scratch = compiled.scratchpad_desc();
  product.primitive = dnnl::matmul(compiled);
  return product;
}

Arguments MakeArguments(const dnnl::engine& engine, const FloatProducts::Compiled& product) {
  Arguments a;
  a.source = memory(product.source, engine, nullptr);
  a.weights = memory(product.weights, engine, nullptr);
  a.target = memory(product.target, engine, nullptr);
  a.scratch_bytes = AlignedArray<std::byte>(product.scratch.get_size());
  a.scratch = memory(product.scratch, engine, a.scratch_bytes.data());
  a.by_role = {{DNNL_ARG_SRC, a.source},
               {DNNL_ARG_WEIGHTS, a.weights},
               {DNNL_ARG_DST, a.target},
               {DNNL_ARG_SCRATCHPAD, a.scratch}};
  return a;
}

}  // namespace

OneThread::OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
OneThread::~OneThread() { omp_set_num_threads(before_); }

struct FloatProducts::State {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  std::map<Shape, Compiled> products;
  std::vector<dnnl::stream> streams;  // of each thread
};

FloatProducts::FloatProducts() : state_(std::make_unique<State>()) {}
FloatProducts::~FloatProducts() = default;

FloatProducts::Compiled* FloatProducts::Find(const Shape& shape, int threads) {
  const auto count = static_cast<size_t>(threads);
  while (state_->streams.size() < count) state_->streams.emplace_back(state_->engine);
  auto found = state_->products.find(shape);
  if (found == state_->products.end()) found = state_->products.emplace(shape, Compile(state_->engine, shape)).first;
  auto& arguments = found->second.of_thread;
  while (arguments.size() < count) arguments.push_back(MakeArguments(state_->engine, found->second));
  return &found->second;
}

void FloatProducts::Run(Compiled& product, const Blocks& blocks, int thread) const {
  dnnl::stream& stream = state_->streams[static_cast<size_t>(thread)];
  Arguments& arguments = product.of_thread[static_cast<size_t>(thread)];
  arguments.source.set_data_handle(blocks.x, stream);
  arguments.weights.set_data_handle(blocks.weights, stream);
  arguments.target.set_data_handle(blocks.result, stream);
  product.primitive.execute(stream, arguments.by_role);
}

}  // namespace diptych::kernels
