#include "model/adapter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <set>

#include "base/error.h"
#include "model/json.h"

namespace diptych::model {
namespace {

constexpr const char* kAdapterPlace = "adapter";

enum class Role { kDown, kUp, kAlpha };

struct Ending {
  std::string_view text;
  Role role = Role::kDown;
  bool peft = false;
};
constexpr std::array kEndings = {Ending{".lora_down.weight", Role::kDown},
                                 Ending{".lora_up.weight", Role::kUp},
                                 Ending{".lora_A.weight", Role::kDown, true},
                                 Ending{".lora_B.weight", Role::kUp, true},
                                 Ending{".lora_A.default.weight", Role::kDown, true},
                                 Ending{".lora_B.default.weight", Role::kUp, true},
                                 Ending{".alpha", Role::kAlpha}};
constexpr std::array<std::string_view, 4> kPrefixes = {"base_model.model.", "diffusion_model.", "transformer.",
                                                       "unet."};
constexpr std::array<std::string_view, 6> kFlatPrefixes = {"lora_unet_", "lora_transformer_", "lora_te_",
                                                           "lora_te1_",  "lora_te2_",         "lycoris_"};
constexpr std::string_view kLanguageModel = "language_model.", kWeight = ".weight";

// A tensor's name in an adapter.
struct PartName {
  std::string module;  // without prefixes; of flat names with _ for dots
  Ending ending;
  bool flat = false;
};

std::optional<PartName> ReadName(std::string_view name) {
  const auto* ending = std::find_if(kEndings.begin(), kEndings.end(), [&](const Ending& one) {
    return name.size() > one.text.size() && name.ends_with(one.text);
  });
  if (ending == kEndings.end()) return std::nullopt;
  name.remove_suffix(ending->text.size());
  PartName part{.module = "", .ending = *ending, .flat = false};
  for (bool more = true; more;) {
    more = false;
    for (std::string_view prefix : kPrefixes)
      if (name.size() > prefix.size() && name.starts_with(prefix)) {
        name.remove_prefix(prefix.size());
        more = true;
      }
  }
  for (std::string_view prefix : kFlatPrefixes)
    if (!part.flat && name.size() > prefix.size() && name.starts_with(prefix)) {
      name.remove_prefix(prefix.size());
      part.flat = true;
    }
  part.module = name;
  return part;
}

std::string Flat(std::string name) {
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

// The modules of a model, to find those that an adapter names.
class Modules {
 public:
  explicit Modules(const std::map<std::string, TensorView>& model) {
    for (const auto& [name, tensor] : model)
      if (name.ends_with(kWeight)) {
        const std::string module = name.substr(0, name.size() - kWeight.size());
        names_.insert(module);
        by_flat_name_.emplace(Flat(module), module);
      }
  }

  // As the adapter says it when the model has none of the name. Error: several modules have the flat name.
  std::string Find(const PartName& part, const std::string& path) const {
    for (const std::string& name :
         {part.module, (part.flat ? Flat(std::string(kLanguageModel)) : std::string(kLanguageModel)) + part.module}) {
      if (!part.flat && names_.contains(name)) return name;
      if (!part.flat) continue;
      if (by_flat_name_.count(name) > 1)
        throw base::Error(kAdapterPlace,
                          path + " changes " + name + ", which may be any of several weights of the model.");
      if (const auto found = by_flat_name_.find(name); found != by_flat_name_.end()) return found->second;
    }
    return part.module;
  }

 private:
  std::set<std::string> names_;
  std::multimap<std::string, std::string> by_flat_name_;
};

// The tensors that change one module; null when absent.
struct Parts {
  const TensorView *down = nullptr, *up = nullptr, *alpha = nullptr;
  bool peft = false;
};

void Add(const TensorView& tensor, const PartName& part, const std::string& path, Parts& parts) {
  const TensorView*& place = part.ending.role == Role::kDown ? parts.down
                             : part.ending.role == Role::kUp ? parts.up
                                                             : parts.alpha;
  if (place != nullptr)
    throw base::Error(kAdapterPlace,
                      path + " has " + part.module + std::string(part.ending.text) + " twice, under two names.");
  place = &tensor;
  parts.peft |= part.ending.peft;
}

// What PEFT writes beside its file about all modules.
struct PeftSettings {
  double alpha = 0;
  bool by_root = false;  // of the rank: rank-stabilised LoRA, arXiv 2312.03732
};

std::optional<PeftSettings> ReadPeftSettings(const std::filesystem::path& adapter) {
  const std::filesystem::path path = adapter.parent_path() / "adapter_config.json";
  std::error_code failed;
  if (!std::filesystem::exists(path, failed)) return std::nullopt;
  const nlohmann::json object = ParseJsonObject(base::ReadFile(path), kAdapterPlace, path.string());
  const JsonSection settings(object, kAdapterPlace, path.string());
  if (settings.Text("peft_type", "LORA") != "LORA") settings.Fail("peft_type", "\"LORA\", no other is read");
  for (const char* key : {"use_dora", "fan_in_fan_out"})
    if (settings.Bool(key, false)) settings.Fail(key, "false, the true form is not read");
  if (settings.Has("alpha_pattern") && !settings.At("alpha_pattern").empty())
    settings.Fail("alpha_pattern", "empty, alphas of single modules are not read");
  return PeftSettings{.alpha = settings.Number("lora_alpha", {.low = -1e9, .high = 1e9, .low_itself = true}),
                      .by_root = settings.Bool("use_rslora", false)};
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
  throw base::Error(kAdapterPlace, module + ".alpha in " + path + " is no single number.");
}

// The two halves without the scale.
Adapter::Change ReadHalves(const Parts& parts, const std::string& module, const std::string& path) {
  const TensorView *down = parts.down, *up = parts.up;
  if (down == nullptr || up == nullptr)
    throw base::Error(kAdapterPlace, path + " has only a part of the adapter of " + module + ".",
                      "it needs lora_down and lora_up, or lora_A and lora_B.");
  if (down->shape.size() != 2 || up->shape.size() != 2 || down->shape[0] != up->shape[1] || down->shape[0] == 0)
    throw base::Error(kAdapterPlace,
                      "lora_down and lora_up of " + module + " in " + path + " are not [r, in] and [out, r].");
  Adapter::Change change{.down = ToFloat(*down),
                         .up = ToFloat(*up),
                         .rank = down->shape[0],
                         .in = down->shape[1],
                         .out = up->shape[0],
                         .scale = 1};
  const auto is_finite = [](float value) { return std::isfinite(value); };
  if (!std::ranges::all_of(change.down, is_finite) || !std::ranges::all_of(change.up, is_finite))
    throw base::Error(kAdapterPlace, "the numbers of " + module + " in " + path + " are not all finite.",
                      "the adapter is damaged; copy or train it again.");
  return change;
}

// By module.
std::map<std::string, Parts> CollectParts(const SafetensorsFile& file, const Modules& modules,
                                          const std::string& path) {
  std::map<std::string, Parts> all;
  for (const auto& [name, tensor] : file.tensors()) {
    const std::optional<PartName> part = ReadName(name);
    if (!part)
      throw base::Error(
          kAdapterPlace, path + " has the tensor " + name + ", which is no part of an adapter.",
          "names end in .lora_down.weight and .lora_up.weight, .lora_A.weight and .lora_B.weight, or .alpha.");
    Add(tensor, *part, path, all[modules.Find(*part, path)]);
  }
  return all;
}

}  // namespace

Adapter::Adapter(const std::filesystem::path& path, const std::map<std::string, TensorView>& model)
    : path_(path.string()) {
  const SafetensorsFile file(path);
  if (file.tensors().empty())
    throw base::Error(kAdapterPlace, path_ + " holds no tensors, so it would change nothing.", "leave it out.");
  std::optional<PeftSettings> settings;
  for (const auto& [module, parts] : CollectParts(file, Modules(model), path_)) {
    Change change = ReadHalves(parts, module, path_);
    const auto rank = static_cast<float>(change.rank);
    if (parts.peft && !parts.alpha && !settings) settings = ReadPeftSettings(path);
    if (parts.alpha != nullptr)
      change.scale = AlphaOf(*parts.alpha, module, path_) / rank;
    else if (parts.peft && settings)
      change.scale = static_cast<float>(settings->alpha) / (settings->by_root ? std::sqrt(rank) : rank);
    changes_.emplace(module + std::string(kWeight), std::move(change));
  }
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
    throw base::Error(kAdapterPlace, adapter.path() + " changes " + name + ", which the model does not have.",
                      "the adapter belongs to another model.");
  if (found->second.shape != std::vector<int64_t>{change.out, change.in})
    throw base::Error(kAdapterPlace,
                      adapter.path() + " changes " + name + " as a matrix of " + std::to_string(change.out) + " x " +
                          std::to_string(change.in) + ", the model's has another shape.",
                      "the adapter belongs to another model.");
}

}  // namespace diptych::model
