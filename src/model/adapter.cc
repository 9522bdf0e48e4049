#include "model/adapter.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <set>

#include "base/error.h"

namespace diptych::model {
namespace {

constexpr const char* kPlace = "adapter";
constexpr std::string_view kPrefix = "diffusion_model.", kDown = ".lora_down.weight", kUp = ".lora_up.weight",
                           kAlpha = ".alpha";

// The module that a tensor of an adapter belongs to, without the prefix; nothing for a name of another kind.
std::optional<std::string> ModuleOf(std::string_view name) {
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  for (std::string_view end : {kDown, kUp, kAlpha})
    if (name.size() > end.size() && name.ends_with(end)) return std::string(name.substr(0, name.size() - end.size()));
  return std::nullopt;
}

// The tensor of a module, with or without the prefix; null when absent. Error: both.
const TensorView* Find(const SafetensorsFile& file, const std::string& module, std::string_view end,
                       const std::string& path) {
  const std::string name = module + std::string(end);
  const auto plain = file.tensors().find(name), prefixed = file.tensors().find(std::string(kPrefix) + name);
  if (plain != file.tensors().end() && prefixed != file.tensors().end())
    throw base::Error(kPlace,
                      path + " has the tensor " + name + " with and without " + std::string(kPrefix) + " before it.");
  if (plain != file.tensors().end()) return &plain->second;
  return prefixed == file.tensors().end() ? nullptr : &prefixed->second;
}

template <typename Number>
Number ValueIn(const TensorView& tensor) {
  Number value{};
  std::memcpy(&value, tensor.bytes.data(), sizeof(value));
  return value;
}

// Programs write alpha in any number type.
float AlphaOf(const TensorView& tensor, const std::string& module, const std::string& path) {
  float alpha = std::numeric_limits<float>::quiet_NaN();
  if (tensor.elements() == 1) {
    if (numbers::IsReal(tensor.type)) alpha = ToFloat(tensor)[0];
    if (tensor.type == numbers::DType::kF64) alpha = static_cast<float>(ValueIn<double>(tensor));
    if (tensor.type == numbers::DType::kI64) alpha = static_cast<float>(ValueIn<int64_t>(tensor));
    if (tensor.type == numbers::DType::kI32) alpha = static_cast<float>(ValueIn<int32_t>(tensor));
    if (tensor.type == numbers::DType::kU8) alpha = ValueIn<uint8_t>(tensor);
  }
  if (std::isfinite(alpha)) return alpha;
  throw base::Error(kPlace, module + ".alpha in " + path + " is no single number.");
}

Adapter::Change ReadChange(const SafetensorsFile& file, const std::string& module, const std::string& path) {
  const TensorView *down = Find(file, module, kDown, path), *up = Find(file, module, kUp, path);
  if (down == nullptr || up == nullptr)
    throw base::Error(kPlace, path + " has only a part of the adapter of " + module + ".",
                      "it needs lora_down and lora_up.");
  if (down->shape.size() != 2 || up->shape.size() != 2 || down->shape[0] != up->shape[1] || down->shape[0] == 0)
    throw base::Error(kPlace, "lora_down and lora_up of " + module + " in " + path + " are not [r, in] and [out, r].");
  Adapter::Change change{.down = ToFloat(*down),
                         .up = ToFloat(*up),
                         .rank = down->shape[0],
                         .in = down->shape[1],
                         .out = up->shape[0],
                         .scale = 1};
  const auto is_finite = [](float value) { return std::isfinite(value); };
  if (!std::ranges::all_of(change.down, is_finite) || !std::ranges::all_of(change.up, is_finite))
    throw base::Error(kPlace, "the numbers of " + module + " in " + path + " are not all finite.",
                      "the adapter is damaged; copy or train it again.");
  if (const TensorView* alpha = Find(file, module, kAlpha, path))
    change.scale = AlphaOf(*alpha, module, path) / static_cast<float>(change.rank);
  return change;
}

}  // namespace

Adapter::Adapter(const std::filesystem::path& path) : path_(path.string()) {
  const SafetensorsFile file(path);
  if (file.tensors().empty())
    throw base::Error(kPlace, path_ + " holds no tensors, so it would change nothing.", "leave it out.");
  std::set<std::string> modules;
  for (const auto& [name, tensor] : file.tensors()) {
    const std::optional<std::string> module = ModuleOf(name);
    if (!module)
      throw base::Error(kPlace, path_ + " has the tensor " + name + ", which is no part of an adapter.",
                        "names end in .lora_down.weight, .lora_up.weight or .alpha.");
    modules.insert(*module);
  }
  for (const auto& module : modules) changes_.emplace(module + ".weight", ReadChange(file, module, path_));
}

void Adapter::AddTo(const std::string& name, int64_t first, std::span<float> rows) const {
  const Change& change = changes_.at(name);
  const auto in = static_cast<size_t>(change.in), rank = static_cast<size_t>(change.rank);
  DIPTYCH_CHECK(
      rows.size() % in == 0 && static_cast<size_t>(first) + rows.size() / in <= static_cast<size_t>(change.out),
      "rows of the weight");
  for (size_t row = 0; row < rows.size() / in; ++row) {
    float* to = rows.data() + row * in;
    for (size_t r = 0; r < rank; ++r) {
      const float factor = change.scale * change.up[(static_cast<size_t>(first) + row) * rank + r];
      const float* down = change.down.data() + r * in;
      for (size_t i = 0; i < in; ++i) to[i] += factor * down[i];
    }
  }
}

void CheckFits(const Adapter& adapter, const std::string& name, const std::map<std::string, TensorView>& tensors) {
  const Adapter::Change& change = adapter.changes().at(name);
  const auto found = tensors.find(name);
  if (found == tensors.end())
    throw base::Error(kPlace, adapter.path() + " changes " + name + ", which the model does not have.",
                      "the adapter belongs to another model.");
  if (found->second.shape != std::vector<int64_t>{change.out, change.in})
    throw base::Error(kPlace,
                      adapter.path() + " changes " + name + " as a matrix of " + std::to_string(change.out) + " x " +
                          std::to_string(change.in) + ", the model's has another shape.",
                      "the adapter belongs to another model.");
}

}  // namespace diptych::model
