#include "judge/network.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <utility>

#include "eval/seen_scene.h"
#include "judge/pictures.h"
#include "train/products.h"
#include "train/tensor_bits.h"
#include "train_kernels/batch_norm.h"

namespace diptych::judge {
namespace {

using torch::Tensor;
using train::Bits;

constexpr int kPhases = 3, kEdges = 4;
// Blocks of 2 x 2 pixels become one position with twelve channels (space to depth).
constexpr int64_t kFold = 2, kFolded = 3 * kFold * kFold;

template <size_t N>
int64_t CountOf(const std::array<std::vector<int>, N>& classes) {
  int64_t count = 0;
  for (const std::vector<int>& of_attribute : classes) count += static_cast<int64_t>(of_attribute.size());
  return count;
}

bool EndsWith(const std::string& name, std::string_view end) {
  return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

Tensor MeanOfPlaces(const Tensor& x) { return x.mean({2, 3}); }

constexpr double kNormEpsilon = 1e-5;

Tensor ChannelsInnermost(const Tensor& x) { return x.contiguous(torch::MemoryFormat::ChannelsLast); }
train_kernels::BatchNormShape ShapeOf(const Tensor& x) { return {x.numel() / x.size(1), x.size(1)}; }

struct Moments {
  Tensor mean, variance;
  Tensor Inverse() const { return torch::rsqrt(variance + kNormEpsilon); }
};
Moments MomentsOf(const Tensor& x) {
  const auto floats = torch::TensorOptions(torch::kFloat32);
  Moments moments = {torch::empty({x.size(1)}, floats), torch::empty({x.size(1)}, floats)};
  train_kernels::ColumnMoments(ShapeOf(x), Bits(x), moments.mean.data_ptr<float>(), moments.variance.data_ptr<float>());
  return moments;
}

// relu(batch_norm(x) + residual) in bfloat16 on the CPU. The gradient of x includes its part through mean and inverse,
// which get none of their own. More than four parameters, since libtorch gives gradients only to separate parameters.
struct FusedFinish : torch::autograd::Function<FusedFinish> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x,
                        const c10::optional<Tensor>& residual, const Tensor& scale, const Tensor& shift,
                        const Tensor& mean, const Tensor& inverse) {
    const Tensor y = torch::empty_like(x);
    train_kernels::BatchNormReluForward(ShapeOf(x),
                                        {.mean = mean.data_ptr<float>(),
                                         .inverse = inverse.data_ptr<float>(),
                                         .scale = scale.data_ptr<float>(),
                                         .shift = shift.data_ptr<float>()},
                                        Bits(x), residual ? Bits(*residual) : nullptr, Bits(y));
    context->save_for_backward({x, y, scale, shift, mean, inverse});
    context->saved_data["residual"] = residual.has_value();
    return y;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor &x = saved[0], &y = saved[1], &scale = saved[2], &shift = saved[3], &mean = saved[4],
                 &inverse = saved[5];
    const Tensor dy = ChannelsInnermost(gradients[0]), dx = torch::empty_like(x), d_scale = torch::empty_like(scale),
                 d_shift = torch::empty_like(shift);
    const Tensor d_residual = context->saved_data["residual"].toBool() ? torch::empty_like(x) : Tensor();
    train_kernels::BatchNormReluBackward(ShapeOf(x),
                                         {.mean = mean.data_ptr<float>(),
                                          .inverse = inverse.data_ptr<float>(),
                                          .scale = scale.data_ptr<float>(),
                                          .shift = shift.data_ptr<float>()},
                                         {.x = Bits(x),
                                          .y = Bits(y),
                                          .dy = Bits(dy),
                                          .dx = Bits(dx),
                                          .d_residual = d_residual.defined() ? Bits(d_residual) : nullptr,
                                          .d_scale = d_scale.data_ptr<float>(),
                                          .d_shift = d_shift.data_ptr<float>()});
    return {dx, d_residual, d_scale, d_shift, Tensor(), Tensor()};
  }
};

}  // namespace

torch::Dtype FastestJudgeType() { return train::MultipliesBFloat16(torch::kCPU) ? torch::kBFloat16 : torch::kFloat32; }

JudgeNetwork::JudgeNetwork(JudgeShape shape, torch::Dtype type) : shape_(std::move(shape)), type_(type) {
  AddDetector();
  AddClassifier();
}

void JudgeNetwork::Add(const std::string& name, std::vector<int64_t> shape) {
  index_[name] = parameters_.size();
  parameters_.push_back(torch::zeros(shape, torch::kFloat32).requires_grad_(true));
  specs_.push_back({name, std::move(shape)});
}

// Kernels are matrices [out, side * side * in], so that the optimiser's rule for matrices (Muon) applies to them.
void JudgeNetwork::AddConvolution(const std::string& name, int64_t in, int64_t out, int64_t side) {
  Add(name + ".weight", {out, side * side * in});
  Add(name + ".norm.weight", {out});
  Add(name + ".norm.bias", {out});
  statistics_[name + ".norm.mean"] = torch::zeros({out}, torch::kFloat32);
  statistics_[name + ".norm.variance"] = torch::ones({out}, torch::kFloat32);
}

void JudgeNetwork::AddBlock(const std::string& name, int64_t channels) {
  AddConvolution(name + ".first", channels, channels, 3);
  AddConvolution(name + ".last", channels, channels, 3);
}

void JudgeNetwork::AddDetector() {
  const int64_t width = shape_.width, fine = 3 * width, middle = 6 * width, deep = 8 * width;
  AddConvolution("finder.stem", kFolded, fine, 3);
  AddConvolution("finder.layers.fine", fine, fine, 3);
  AddConvolution("finder.layers.down", fine, middle, 2);
  for (int i = 0; i < shape_.blocks + 1; ++i) AddBlock("finder.layers." + std::to_string(i), middle);
  AddConvolution("finder.layers.down_deep", middle, deep, 2);
  for (int i = 0; i < shape_.blocks; ++i) AddBlock("finder.layers.deep" + std::to_string(i), deep);
  AddConvolution("finder.layers.up", deep, middle, 1);
  AddBlock("finder.layers.joint", middle);
  Add("finder.places.weight", {kHeatmaps + kBoxed * kEdges + kPhases, middle});
  Add("finder.places.bias", {kHeatmaps + kBoxed * kEdges + kPhases});
  Add("finder.layers.scene.weight", {deep, fine + middle + deep});
  Add("finder.layers.scene.bias", {deep});
  Add("finder.scene.weight", {CountOf(shape_.classes.scene), deep});
  Add("finder.scene.bias", {CountOf(shape_.classes.scene)});
}

void JudgeNetwork::AddClassifier() {
  const int64_t width = shape_.width, fine = 2 * width, middle = 4 * width, deep = 8 * width, last = 12 * width,
                hidden = 16 * width;
  constexpr int64_t kCells = (kCropSide / 16) * (kCropSide / 16);
  AddConvolution("looker.stem", kFolded, fine, 3);
  AddConvolution("looker.layers.down", fine, middle, 2);
  for (int i = 0; i < shape_.blocks; ++i) AddBlock("looker.layers.middle" + std::to_string(i), middle);
  AddConvolution("looker.layers.down_deep", middle, deep, 2);
  for (int i = 0; i < shape_.blocks; ++i) AddBlock("looker.layers.deep" + std::to_string(i), deep);
  AddConvolution("looker.layers.down_last", deep, last, 2);
  AddBlock("looker.layers.last", last);
  Add("looker.layers.hidden.weight", {hidden, kCells * last + kEdges});
  Add("looker.layers.hidden.bias", {hidden});
  Add("looker.things.weight", {CountOf(shape_.classes.things) + kEdges, hidden});
  Add("looker.things.bias", {CountOf(shape_.classes.things) + kEdges});
}

void JudgeNetwork::Initialise(uint64_t seed) {
  torch::NoGradGuard no_gradient;
  torch::Generator generator = at::detail::createCPUGenerator(seed);
  for (size_t i = 0; i < specs_.size(); ++i) {
    const model::TensorSpec& spec = specs_[i];
    if (spec.shape.size() == 1) {
      // Residual blocks start as the identity.
      parameters_[i].fill_(EndsWith(spec.name, "norm.weight") && !EndsWith(spec.name, ".last.norm.weight") ? 1 : 0);
    } else {
      const double deviation = std::sqrt(2.0 / static_cast<double>(spec.shape[1]));
      parameters_[i].copy_(torch::randn(spec.shape, generator, torch::kFloat32) * deviation);
    }
  }
  // The logit of 1 %: centres are that rare.
  Tensor bias = parameters_[index_.at("finder.places.bias")];
  bias.narrow(0, 0, kHeatmaps).fill_(-4.6);
}

Tensor JudgeNetwork::Linear(const Tensor& x, const std::string& name) const {
  return at::linear(x, Get(name + ".weight").to(x.scalar_type()), Get(name + ".bias").to(x.scalar_type()));
}

Tensor JudgeNetwork::Convolve(const Tensor& x, const std::string& name, int64_t stride) const {
  const Tensor& matrix = Get(name + ".weight");
  const int64_t in = x.size(1), area = matrix.size(1) / in, side = area == 9 ? 3 : area == 4 ? 2 : 1;
  const Tensor kernel = matrix.to(type_).view({matrix.size(0), side, side, in}).permute({0, 3, 1, 2});
  return torch::conv2d(x, kernel, {}, side == 2 ? 2 : stride, side == 3 ? 1 : 0);
}

Tensor JudgeNetwork::Finish(const Tensor& x, const std::string& name, const c10::optional<Tensor>& residual) const {
  const Tensor &scale = Get(name + ".norm.weight"), &shift = Get(name + ".norm.bias");
  const Tensor &mean = statistics_.at(name + ".norm.mean"), &variance = statistics_.at(name + ".norm.variance");
  if (type_ != torch::kBFloat16) {
    const Tensor y = torch::batch_norm(x, scale, shift, mean, variance, training_, momentum_, kNormEpsilon, false);
    return torch::relu(residual ? y + *residual : y);
  }
  const Tensor rows = ChannelsInnermost(x);
  const auto added = residual ? c10::optional<Tensor>(ChannelsInnermost(*residual)) : c10::nullopt;
  if (!training_) return FusedFinish::apply(rows, added, scale, shift, mean, Moments{mean, variance}.Inverse());
  const Moments moments = MomentsOf(rows);
  mean.lerp_(moments.mean, momentum_);
  variance.lerp_(moments.variance, momentum_);
  return FusedFinish::apply(rows, added, scale, shift, moments.mean, moments.Inverse());
}

Tensor JudgeNetwork::Block(const Tensor& x, const std::string& name) const {
  return Finish(Convolve(Layer(x, name + ".first"), name + ".last"), name + ".last", x);
}

// [n, 12, side / 2, side / 2], channels last in memory.
Tensor JudgeNetwork::Pixels(const Tensor& pictures) const {
  const int64_t n = pictures.size(0), side = pictures.size(1) / kFold;
  return pictures.view({n, side, kFold, side, kFold, 3})
      .permute({0, 1, 3, 2, 4, 5})
      .reshape({n, side, side, kFolded})
      .to(torch::kFloat32)
      .sub_(127.5)
      .div_(64)
      .to(type_)
      .permute({0, 3, 1, 2});
}

DetectorOutput JudgeNetwork::Detect(const Tensor& pictures) const {
  const Tensor fine = Layer(Layer(Pixels(pictures), "finder.stem", 2), "finder.layers.fine");
  Tensor middle = Layer(fine, "finder.layers.down");
  for (int i = 0; i < shape_.blocks + 1; ++i) middle = Block(middle, "finder.layers." + std::to_string(i));
  Tensor deep = Layer(middle, "finder.layers.down_deep");
  for (int i = 0; i < shape_.blocks; ++i) deep = Block(deep, "finder.layers.deep" + std::to_string(i));
  const Tensor up = torch::upsample_nearest2d(Convolve(deep, "finder.layers.up"), {kGrid, kGrid});
  const Tensor joint = Block(Finish(up, "finder.layers.up", middle), "finder.layers.joint").permute({0, 2, 3, 1});
  const Tensor places = Linear(joint, "finder.places").to(torch::kFloat32);
  const Tensor means = torch::cat({MeanOfPlaces(fine), MeanOfPlaces(middle), MeanOfPlaces(deep)}, 1);
  const int64_t n = pictures.size(0);
  return {.heatmaps = places.narrow(3, 0, kHeatmaps).permute({0, 3, 1, 2}),
          .boxes = places.narrow(3, kHeatmaps, kBoxed * kEdges)
                       .reshape({n, kGrid, kGrid, kBoxed, kEdges})
                       .permute({0, 3, 1, 2, 4}),
          .phases = places.narrow(3, kHeatmaps + kBoxed * kEdges, kPhases),
          .scene = Linear(torch::relu(Linear(means, "finder.layers.scene")), "finder.scene").to(torch::kFloat32)};
}

ClassifierOutput JudgeNetwork::Classify(const Tensor& crops, const Tensor& frames) const {
  Tensor x = Layer(Layer(Pixels(crops), "looker.stem"), "looker.layers.down");
  for (int i = 0; i < shape_.blocks; ++i) x = Block(x, "looker.layers.middle" + std::to_string(i));
  x = Layer(x, "looker.layers.down_deep");
  for (int i = 0; i < shape_.blocks; ++i) x = Block(x, "looker.layers.deep" + std::to_string(i));
  x = Block(Layer(x, "looker.layers.down_last"), "looker.layers.last");
  const Tensor flat = torch::cat({x.permute({0, 2, 3, 1}).reshape({x.size(0), -1}), frames.to(type_)}, 1);
  const Tensor all = Linear(torch::relu(Linear(flat, "looker.layers.hidden")), "looker.things").to(torch::kFloat32);
  const int64_t things = CountOf(shape_.classes.things);
  return {.things = all.narrow(1, 0, things), .edges = all.narrow(1, things, kEdges)};
}

}  // namespace diptych::judge
