#include "record/options_json.h"

#include "record/json_reader.h"

namespace diptych::record {
namespace {

// Limits of what any model can have drawn; what this one can is said when the answer is repeated.
constexpr int kMostPixels = 65536, kMostSteps = 10000, kMostTokens = 1 << 30, kMostPictures = 1000;

}  // namespace

JsonObject OptionsJson(const model::GenerationConfig& options) {
  JsonObject json = {{"width", options.width},
                     {"height", options.height},
                     {"steps", options.steps},
                     {"solver", options.heun ? "heun" : "euler"},
                     {"guidance", options.guidance},
                     {"guidance_rescale", options.guidance_rescale},
                     {"guidance_from", options.guidance_from},
                     {"guidance_to", options.guidance_to},
                     {"shift", options.shift},
                     {"temperature", options.temperature},
                     {"top_p", options.top_p},
                     {"max_new_tokens", options.max_new_tokens},
                     {"plan", options.plan}};
  if (options.picture_guidance != 1) json.Add("picture_guidance", options.picture_guidance);
  if (options.candidates != 1) json.Add("candidates", options.candidates);
  if (options.max_pictures != 1) json.Add("pictures", options.max_pictures);
  return json;
}

model::GenerationConfig ParseOptions(const JsonReader& json) {
  constexpr JsonReader::Range kAny{.low = std::numeric_limits<double>::lowest()}, kPositive{.above_low = true};
  model::GenerationConfig options;
  options.width = json.Int("width", 1, kMostPixels);
  options.height = json.Int("height", 1, kMostPixels);
  options.steps = json.Int("steps", 1, kMostSteps);
  options.heun = json.Word("solver", {"euler", "heun"}) == "heun";
  options.guidance = json.Number("guidance", {});
  options.guidance_rescale = json.Word("guidance_rescale", {"none", "global", "channel", "cfg_zero_star"});
  options.guidance_from = json.Number("guidance_from", kAny);
  options.guidance_to = json.Number("guidance_to", kAny);
  options.shift = json.Number("shift", kPositive);
  options.temperature = json.Number("temperature", {});
  options.top_p = json.Number("top_p", {.high = 1, .above_low = true});
  options.max_new_tokens = json.Int("max_new_tokens", 1, kMostTokens);
  options.plan = json.Bool("plan");
  if (json.Has("picture_guidance")) options.picture_guidance = json.Number("picture_guidance", {});
  if (json.Has("candidates")) options.candidates = json.Int("candidates", 1, model::kMaxCandidates);
  if (json.Has("pictures")) options.max_pictures = json.Int("pictures", 1, kMostPictures);
  return options;
}

}  // namespace diptych::record
