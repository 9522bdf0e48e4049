#include "record/options_json.h"

#include "base/error.h"
#include "record/json_reader.h"

namespace diptych::record {

JsonObject OptionsJson(const model::GenerationConfig& options) {
  const model::GenerationConfig usual;
  JsonObject json;
  for (const model::GenerationOption& option : model::GenerationOptions()) {
    const model::OptionValue value = model::ValueOf(option, options);
    if (option.rare && value == model::ValueOf(option, usual)) continue;
    std::visit([&](const auto& plain) { json.Add(std::string(option.name), plain); }, value);
  }
  json.Add("plan", options.plan);
  return json;
}

model::GenerationConfig ParseOptions(const JsonReader& json) {
  model::GenerationConfig options;
  for (const model::GenerationOption& option : model::GenerationOptions()) {
    const std::string name(option.name);
    if (option.rare && !json.Has(name)) continue;
    const Json& stored = json.At(name);
    model::OptionValue value = stored.is_string() ? stored.get<std::string>() : std::string();
    if (stored.is_number_integer())
      value = stored.get<int64_t>();
    else if (stored.is_number())
      value = stored.get<double>();
    if (!model::SetOption(option, value, &options)) json.Fail(name, model::RangeOf(option));
  }
  options.plan = json.Bool("plan");
  return options;
}

}  // namespace diptych::record
