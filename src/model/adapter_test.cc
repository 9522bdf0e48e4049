#include "model/adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/temporary_folder.h"

namespace diptych::model {
namespace {

using testing::HasSubstr;

constexpr const char* kQuery = "language_model.model.layers.0.self_attn.q_proj_mot_gen";

class AdapterTest : public testing::Test {
 protected:
  AdapterTest() {
    for (const std::string& name : {std::string(kQuery) + ".weight", std::string("fm_modules.fm_head.0.weight")})
      model_[name] = {.type = numbers::DType::kF32, .shape = {3, 2}, .bytes = {}};
  }

  // A file of halves of rank 4 with these names, and an alpha unless its name is empty.
  Adapter Read(const std::string& down, const std::string& up, const std::string& alpha = "") {
    std::vector<NamedTensor> tensors = {{down, {numbers::DType::kF32, {4, 2}, Bytes(down_)}},
                                        {up, {numbers::DType::kF32, {3, 4}, Bytes(up_)}}};
    if (!alpha.empty()) tensors.push_back({alpha, {numbers::DType::kF32, {}, Bytes(alpha_)}});
    WriteSafetensors(file_, tensors, {});
    return Adapter(file_, model_);
  }
  // PEFT's file with this adapter_config.json beside it.
  float ScaleWith(const std::string& config) {
    base::WriteFileAtomically(folder_ / "adapter_config.json", config);
    return Read(kPeft + ".lora_A.weight", kPeft + ".lora_B.weight").changes().at(kWeight).scale;
  }
  std::string ErrorWith(const std::string& config) {
    return ErrorOf([&] { ScaleWith(config); });
  }
  static std::string ErrorOf(const std::function<void()>& run) {
    try {
      run();
    } catch (const base::Error& error) {
      return error.what();
    }
    return "no error";
  }
  static std::span<const std::byte> Bytes(const std::vector<float>& numbers) {
    return std::as_bytes(std::span(numbers));
  }

  static inline const std::string kWeight = std::string(kQuery) + ".weight",
                                  kPeft = std::string("base_model.model.") + kQuery;
  const base::TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "adapter_model.safetensors";
  std::map<std::string, TensorView> model_;
  const std::vector<float> down_ = {1, 2, 3, 4, 5, 6, 7, 8}, up_ = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1}, alpha_ = {2};
};

// One adapter, under the names that programs give it.
TEST_F(AdapterTest, NamesOfThePublicTrainersAreRead) {
  const std::string name = kQuery, flat = "language_model_model_layers_0_self_attn_q_proj_mot_gen";
  for (const std::string& module :
       {name, "base_model.model." + name, "diffusion_model." + name, "transformer." + name, "unet." + name,
        "base_model.model.transformer." + name, "lora_unet_" + flat, "lora_transformer_" + flat, "lycoris_" + flat,
        std::string("base_model.model.model.layers.0.self_attn.q_proj_mot_gen"),
        std::string("lora_te_model_layers_0_self_attn_q_proj_mot_gen")}) {
    for (const auto& [down, up] : {std::pair{".lora_down.weight", ".lora_up.weight"},
                                   {".lora_A.weight", ".lora_B.weight"},
                                   {".lora_A.default.weight", ".lora_B.default.weight"}}) {
      const Adapter adapter = Read(module + down, module + up, module + ".alpha");
      ASSERT_EQ(adapter.changes().size(), 1u) << module << down;
      const auto& [weight, change] = *adapter.changes().begin();
      EXPECT_EQ(weight, kWeight) << module;
      EXPECT_EQ(change.rank, 4);
      EXPECT_EQ(change.scale, 0.5f);
      EXPECT_EQ(change.down, down_);
      EXPECT_EQ(change.up, up_);
    }
  }
}

TEST_F(AdapterTest, WithoutAnAlphaTheScaleIsOneOrAsPeftsFileSays) {
  EXPECT_EQ(Read(kPeft + ".lora_A.weight", kPeft + ".lora_B.weight").changes().at(kWeight).scale, 1);
  EXPECT_EQ(ScaleWith(R"({"peft_type": "LORA", "r": 4, "lora_alpha": 8, "rank_pattern": {"x": 2}})"), 2);
  EXPECT_EQ(ScaleWith(R"({"lora_alpha": 8, "use_rslora": true, "alpha_pattern": {}, "use_dora": false})"), 4);
  // An alpha in the file itself comes first, and halves of other programs have nothing to do with PEFT's file.
  const std::string module = kQuery;
  EXPECT_EQ(Read(kPeft + ".lora_A.weight", kPeft + ".lora_B.weight", kPeft + ".alpha").changes().at(kWeight).scale,
            0.5f);
  EXPECT_EQ(Read(module + ".lora_down.weight", module + ".lora_up.weight").changes().at(kWeight).scale, 1);
}

TEST_F(AdapterTest, WhatPeftsFileAsksForBeyondALowRankSumIsRefused) {
  EXPECT_THAT(ErrorWith(R"({"peft_type": "IA3", "lora_alpha": 8})"), HasSubstr("peft_type"));
  EXPECT_THAT(ErrorWith(R"({"lora_alpha": 8, "use_dora": true})"), HasSubstr("use_dora"));
  EXPECT_THAT(ErrorWith(R"({"lora_alpha": 8, "fan_in_fan_out": true})"), HasSubstr("fan_in_fan_out"));
  EXPECT_THAT(ErrorWith(R"({"lora_alpha": 8, "alpha_pattern": {"q_proj": 4}})"), HasSubstr("alpha_pattern"));
  EXPECT_THAT(ErrorWith(R"({"r": 8})"), HasSubstr("lora_alpha"));
  EXPECT_THAT(ErrorWith("{"), HasSubstr("adapter_config.json"));
}

TEST_F(AdapterTest, NamesThatMeanNothingOrTwoThingsAreRefused) {
  const std::string module = kQuery;
  EXPECT_THAT(ErrorOf([&] { Read(module + ".lora_down.weight", module + ".dora_scale"); }),
              HasSubstr("no part of an adapter"));
  EXPECT_THAT(ErrorOf([&] { Read(module + ".lora_down.weight", module + ".lora_A.weight"); }), HasSubstr("twice"));
  // Of a module that the model lacks the adapter's own name remains, for the message.
  EXPECT_TRUE(Read("lora_unet_x_y.lora_down.weight", "lora_unet_x_y.lora_up.weight").changes().contains("x_y.weight"));
  model_["fm.modules.fm_head.0.weight"] = model_.at(kWeight);
  const std::string flat = "lora_unet_fm_modules_fm_head_0";
  EXPECT_THAT(ErrorOf([&] { Read(flat + ".lora_down.weight", flat + ".lora_up.weight"); }),
              HasSubstr("any of several weights"));
}

}  // namespace
}  // namespace diptych::model
