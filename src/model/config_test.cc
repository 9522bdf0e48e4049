#include "model/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"
#include "model/safetensors.h"
#include "model/tensors.h"

namespace diptych::model {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::filesystem::path kGolden = std::filesystem::path(DIPTYCH_SOURCE_DIR) / "tests/golden";

class ConfigTest : public testing::Test {
 protected:
  ModelConfig Load(const json& object) { return LoadText(object.dump()); }
  ModelConfig LoadText(const std::string& text) {
    std::ofstream(folder_ / "config.json", std::ios::trunc) << text;
    return LoadConfig(folder_.path());
  }
  std::string ErrorOf(const json& object) {
    try {
      Load(object);
    } catch (const base::Error& error) {
      return error.what();
    }
    return "no error";
  }

  const base::TemporaryFolder folder_;
  const json golden_ = json::parse(base::ReadFile(kGolden / "neo-mlp-head/config.json"));
};

TEST_F(ConfigTest, ReadsEveryValueOfAPublicFile) {
  const ModelConfig c = LoadConfig(kGolden / "neo-mlp-head");
  EXPECT_EQ(c.vocabulary, 320);
  EXPECT_EQ(c.hidden, 64);
  EXPECT_EQ(c.feed_forward, 160);
  EXPECT_EQ(c.layers, 3);
  EXPECT_EQ(c.query_heads, 4);
  EXPECT_EQ(c.key_value_heads, 2);
  EXPECT_EQ(c.head, 32);
  EXPECT_EQ(c.norm_epsilon, 1e-6f);
  EXPECT_EQ(c.rope_theta, 5e6);
  EXPECT_EQ(c.rope_theta_hw, 1e4);
  EXPECT_EQ(c.max_positions, 4096);
  EXPECT_EQ(c.patch, 4);
  EXPECT_EQ(c.merge, 2);
  EXPECT_EQ(c.token_pixels(), 8);
  EXPECT_EQ(c.vision_hidden, 48);
  EXPECT_EQ(c.noise_scale_mode, NoiseScaleMode::kResolution);
  EXPECT_TRUE(c.embed_noise_scale);
  EXPECT_FALSE(c.conv_head);
  EXPECT_EQ(c.head_hidden, 4096);
  EXPECT_TRUE(LoadConfig(kGolden / "neo-conv-head").conv_head);
}

TEST_F(ConfigTest, WritesWhatItReads) {
  for (const char* name : {"neo-mlp-head", "neo-conv-head", "neo-moe"}) {
    const ModelConfig config = LoadConfig(kGolden / name);
    const std::string text = WriteConfig(config);
    EXPECT_EQ(WriteConfig(LoadText(text)), text);
    json written = json::parse(text);
    EXPECT_EQ(written.at("fm_head_hidden_size"), 4096);
    EXPECT_EQ(written.at("fm_head_sees_pixels"), false);
    written.erase("fm_head_hidden_size");
    written.erase("fm_head_sees_pixels");
    EXPECT_EQ(written, json::parse(base::ReadFile(kGolden / name / "config.json")));
  }
}

TEST_F(ConfigTest, WritesOurValues) {
  ModelConfig config = LoadConfig(kGolden / "neo-mlp-head");
  config.head_hidden = 768;
  config.head_sees_pixels = true;
  config.tie_embeddings = true;
  config.noise_scale_mode = NoiseScaleMode::kFixed;
  const ModelConfig read = LoadText(WriteConfig(config));
  EXPECT_EQ(read.head_hidden, 768);
  EXPECT_TRUE(read.head_sees_pixels);
  EXPECT_TRUE(read.tie_embeddings);
  EXPECT_EQ(read.noise_scale_mode, NoiseScaleMode::kFixed);
}

TEST_F(ConfigTest, TheSpectrumBehindWienerGainComesFromTheFile) {
  json seeing = golden_;
  seeing["fm_head_sees_pixels"] = true;
  EXPECT_EQ(Load(seeing).pixel_gain_spectrum.falloff, 100);  // models from before the key
  EXPECT_EQ(Load(seeing).pixel_gain_spectrum.floor, 6);
  seeing["pixel_gain_spectrum"] = {12.5, 3};
  const ModelConfig read = LoadText(WriteConfig(Load(seeing)));
  EXPECT_EQ(read.pixel_gain_spectrum.falloff, 12.5);
  EXPECT_EQ(read.pixel_gain_spectrum.floor, 3);
  const double pixels = 64.0 * read.token_pixels() * read.token_pixels(), noise = NoiseScale(read, 64);
  EXPECT_DOUBLE_EQ(NoiseShare(read, 64, 25), noise * noise * (12.5 * 25 + 3) / pixels);
  const json bad[] = {json::array({1}),          json::array({1, 2, 3}), json::array({0, 6}), json::array({100, -6}),
                      json::array({100, 1e300}), json::array({"a", 6}),  json(100),           json("100, 6")};
  for (const json& value : bad) {
    seeing["pixel_gain_spectrum"] = value;
    EXPECT_THAT(ErrorOf(seeing), HasSubstr("pixel_gain_spectrum")) << value;
  }
  json blind = golden_;
  blind["pixel_gain_spectrum"] = {100, 6};
  EXPECT_THAT(ErrorOf(blind), HasSubstr("fm_head_sees_pixels"));
}

TEST_F(ConfigTest, EveryRequiredKeyIsNamedWhenItIsAbsent) {
  const std::vector<std::pair<std::string, std::string>> required = {{"", "model_type"},
                                                                     {"", "llm_config"},
                                                                     {"", "vision_config"},
                                                                     {"", "noise_scale"},
                                                                     {"", "use_pixel_head"},
                                                                     {"", "add_noise_scale_embedding"},
                                                                     {"", "fm_head_layers"},
                                                                     {"llm_config", "vocab_size"},
                                                                     {"llm_config", "hidden_size"},
                                                                     {"llm_config", "head_dim"},
                                                                     {"llm_config", "rope_theta"},
                                                                     {"llm_config", "model_type"},
                                                                     {"vision_config", "patch_size"},
                                                                     {"vision_config", "llm_hidden_size"}};
  for (const auto& [section, key] : required) {
    json broken = golden_;
    (section.empty() ? broken : broken[section]).erase(key);
    EXPECT_THAT(ErrorOf(broken), HasSubstr("lacks the key " + (section.empty() ? "" : section + ".") + key));
  }
}

TEST_F(ConfigTest, WrongValuesAreNamedWithWhatTheyShouldBe) {
  struct Case {
    std::function<void(json&)> change;
    std::string message;
  };
  const std::vector<Case> cases = {
      {[](json& c) { c["llm_config"]["hidden_size"] = -3; }, "llm_config.hidden_size"},
      {[](json& c) { c["llm_config"]["hidden_size"] = 1e30; }, "llm_config.hidden_size"},
      {[](json& c) { c["llm_config"]["hidden_size"] = 18446744073709551615u; }, "llm_config.hidden_size"},
      {[](json& c) { c["llm_config"]["hidden_size"] = "64"; }, "llm_config.hidden_size"},
      {[](json& c) { c["llm_config"]["num_key_value_heads"] = 3; }, "a divisor of num_attention_heads, 4"},
      {[](json& c) { c["llm_config"]["head_dim"] = 20; }, "a multiple of 8"},
      {[](json& c) { c["llm_config"]["model_type"] = "qwen3_moe"; }, "llm_config.num_experts"},
      {[](json& c) { c["llm_config"]["model_type"] = "qwen2"; }, "qwen3 or qwen3_moe"},
      {[](json& c) { c["llm_config"]["attention_bias"] = true; }, "attention_bias"},
      {[](json& c) { c["llm_config"] = 3; }, "llm_config"},
      {[](json& c) { c["vision_config"]["llm_hidden_size"] = 65; }, "llm_config.hidden_size, 64"},
      {[](json& c) { c["vision_config"]["hidden_size"] = 50; }, "a multiple of 4"},
      {[](json& c) { c["downsample_ratio"] = 0.4; }, "downsample_ratio"},
      {[](json& c) { c["downsample_ratio"] = 0; }, "downsample_ratio"},
      {[](json& c) { c["noise_scale_mode"] = "loud"; }, "noise_scale_mode"},
      {[](json& c) { c["noise_scale"] = 0; }, "noise_scale"},
      {[](json& c) { c["use_pixel_head"] = true; }, "tokens of 8 pixels"},
      {[](json& c) { c["fm_head_layers"] = 3; }, "fm_head_layers"},
  };
  for (const auto& item : cases) {
    json broken = golden_;
    item.change(broken);
    EXPECT_THAT(ErrorOf(broken), HasSubstr(item.message));
  }
}

TEST_F(ConfigTest, ReadsExpertsOfBothCopies) {
  json moe = json::parse(base::ReadFile(kGolden / "neo-moe/config.json"));
  ModelConfig c = Load(moe);
  EXPECT_EQ(c.ExpertsOf(1, Tower::kUnderstanding).count, 6);
  EXPECT_EQ(c.ExpertsOf(1, Tower::kUnderstanding).width, 48);
  EXPECT_EQ(c.ExpertsOf(0, Tower::kGeneration).count, 4);
  EXPECT_EQ(c.ExpertsOf(0, Tower::kGeneration).used, 2);
  EXPECT_EQ(c.ExpertsOf(0, Tower::kGeneration).width, 40);
  EXPECT_TRUE(c.normalise_experts);
  json& llm = moe["llm_config"];
  llm["num_hidden_layers"] = 6;
  llm["decoder_sparse_step"] = 2;
  llm["mlp_only_layers"] = {3};
  for (const char* key : {"gen_num_experts", "gen_num_experts_per_tok", "gen_moe_intermediate_size"}) llm.erase(key);
  c = Load(moe);
  for (int layer = 0; layer < 6; ++layer) {
    EXPECT_EQ(c.ExpertsOf(layer, Tower::kUnderstanding).count, layer == 1 || layer == 5 ? 6 : 0) << layer;
    EXPECT_EQ(c.ExpertsOf(layer, Tower::kGeneration).width, 48) << layer;
  }
}

TEST_F(ConfigTest, WrongExpertsAreNamed) {
  const json moe = json::parse(base::ReadFile(kGolden / "neo-moe/config.json"));
  const std::vector<std::pair<std::string, json>> cases = {
      {"num_experts", 0},          {"num_experts", 1 << 20},  {"num_experts_per_tok", 7},
      {"gen_num_experts", 1},      {"mlp_only_layers", 3},    {"mlp_only_layers", json::array({2})},
      {"decoder_sparse_step", 0},  {"norm_topk_prob", "yes"}, {"mlp_only_layers", json::array({-1})},
      {"moe_intermediate_size", 0}};
  for (const auto& [key, value] : cases) {
    json broken = moe;
    broken["llm_config"][key] = value;
    EXPECT_THAT(ErrorOf(broken), HasSubstr("llm_config.")) << key << " " << value;
  }
}

TEST_F(ConfigTest, EveryTruncationIsAnError) {
  const std::string text = golden_.dump();
  for (size_t length = 0; length < text.size(); ++length)
    EXPECT_THROW(LoadText(text.substr(0, length)), base::Error) << length;
}

TEST_F(ConfigTest, RepeatedKeysAreRefused) { EXPECT_THROW(LoadText(R"({"a": {"b": 1, "b": 2}})"), base::Error); }

// The gain is 1 for a clean picture, 0 for pure noise, and between them smaller at higher frequencies.
TEST_F(ConfigTest, WienerGainFallsWithNoiseAndFrequency) {
  ModelConfig c;
  c.patch = 8;
  c.merge = 2;
  c.noise_scale_mode = NoiseScaleMode::kFixed;
  c.noise_scale = 2;
  EXPECT_DOUBLE_EQ(WienerGain(1, NoiseShare(c, 64, 100 * 100)), 1);
  EXPECT_DOUBLE_EQ(WienerGain(0, NoiseShare(c, 64, 0)), 0);
  const double pixels = 64.0 * c.token_pixels() * c.token_pixels(), power = pixels / (100 * 25 + 6);
  EXPECT_DOUBLE_EQ(WienerGain(0.5, NoiseShare(c, 64, 25)), power * 0.5 / (power * 0.25 + 1));
}

TEST_F(ConfigTest, NoiseScaleFollowsTheMode) {
  ModelConfig c;
  c.noise_scale = 2;
  EXPECT_DOUBLE_EQ(NoiseScale(c, 256), 2);
  c.noise_scale_mode = NoiseScaleMode::kResolution;
  EXPECT_DOUBLE_EQ(NoiseScale(c, 256), 4);
  EXPECT_DOUBLE_EQ(NoiseScale(c, 64 * 400), 8);
  c.noise_scale_mode = NoiseScaleMode::kDynamicSqrt;
  EXPECT_DOUBLE_EQ(NoiseScale(c, 256), 2);
}

TEST_F(ConfigTest, RotationIsReadFromEitherPlace) {
  json newer = golden_;
  newer["llm_config"].erase("rope_theta");
  newer["llm_config"]["rope_parameters"] = {{"rope_type", "default"}, {"rope_theta", 5e6}};
  EXPECT_EQ(Load(newer).rope_theta, 5e6);
  newer["llm_config"]["rope_theta"] = 1e4;
  EXPECT_THAT(ErrorOf(newer), HasSubstr("rope_theta"));
  newer["llm_config"]["rope_parameters"] = {{"rope_type", "yarn"}, {"factor", 4}, {"rope_theta", 1e4}};
  EXPECT_THAT(ErrorOf(newer), testing::AllOf(HasSubstr("rope_type"), HasSubstr("yarn")));
}

TEST_F(ConfigTest, OtherMathematicsIsRefused) {
  json other = golden_;
  other["llm_config"]["layer_types"] = {"full_attention", "full_attention", "full_attention"};
  EXPECT_NO_THROW(Load(other));
  other["llm_config"]["layer_types"][1] = "sliding_attention";
  EXPECT_THAT(ErrorOf(other), HasSubstr("layer_types"));
  other = golden_;
  other["quantization_config"] = {{"quant_method", "gptq"}};
  EXPECT_THAT(ErrorOf(other), HasSubstr("quantization_config"));
}

TEST_F(ConfigTest, DeepNestingIsRefused) {
  std::string deep;
  for (const char* bracket : {"[", "]"})
    for (int level = 0; level < 120000; ++level) deep += bracket;
  const std::string text = "{\"model_type\": " + deep + "}";
  try {
    LoadText(text);
    ADD_FAILURE() << "taken";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("100 deep"));
  }
}

// The golden files were written by the public code, so their names and shapes are the truth.
TEST(TensorTableTest, IsExactlyWhatThePublicCodeStores) {
  for (const char* name : {"neo-mlp-head", "neo-conv-head", "neo-moe"}) {
    const SafetensorsFile file(kGolden / name / "model.safetensors");
    const auto table = TensorTable(LoadConfig(kGolden / name));
    EXPECT_EQ(table.size(), file.tensors().size());
    for (const auto& spec : table) EXPECT_EQ(file.Get(spec.name).shape, spec.shape) << spec.name;
  }
}

TEST(TensorTableTest, LeavesOutWhatAModelDoesNotHave) {
  ModelConfig config = LoadConfig(kGolden / "neo-mlp-head");
  config.tie_embeddings = true;
  config.embed_noise_scale = false;
  for (const auto& spec : TensorTable(config)) {
    EXPECT_NE(spec.name, "language_model.lm_head.weight");
    EXPECT_THAT(spec.name, testing::Not(HasSubstr("noise_scale_embedder")));
  }
}

}  // namespace
}  // namespace diptych::model
