#include "model/weight_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/random.h"
#include "base/temporary_folder.h"
#include "model/convert.h"
#include "model/tensors.h"

namespace diptych::model {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const std::filesystem::path kGoldenModels = std::filesystem::path(DIPTYCH_SOURCE_DIR) / "tests/golden";

std::string ErrorOf(const std::function<void()>& run) {
  try {
    run();
  } catch (const base::Error& error) {
    return error.what();
  }
  return "no error";
}

class WeightFilesTest : public testing::Test {
 protected:
  static NamedTensor Tensor(const std::string& name, const std::vector<float>& numbers) {
    return {name,
            {numbers::DType::kF32, {2, static_cast<int64_t>(numbers.size()) / 2}, std::as_bytes(std::span(numbers))}};
  }
  void WriteIndex(const json& index) {
    std::ofstream(folder_ / "model.safetensors.index.json", std::ios::trunc) << index.dump();
  }
  // Two shards of two tensors and their index.
  json WriteShards() {
    WriteSafetensors(folder_ / "one.safetensors", std::vector{Tensor("a", a_), Tensor("b", b_)}, {});
    WriteSafetensors(folder_ / "two.safetensors", std::vector{Tensor("c", c_)}, {});
    const json index = {{"metadata", {{"total_size", 56}}},
                        {"weight_map", {{"a", "one.safetensors"}, {"b", "one.safetensors"}, {"c", "two.safetensors"}}}};
    WriteIndex(index);
    return index;
  }
  std::string OpenError() {
    return ErrorOf([&] { WeightFiles files(folder_.path()); });
  }

  const base::TemporaryFolder folder_;
  const std::vector<float> a_ = {1, 2}, b_ = {3, 4, 5, 6}, c_ = {7, 8, 9, 10, 11, 12, 13, 14};
};

TEST_F(WeightFilesTest, ReadsShardsByTheirIndex) {
  WriteShards();
  const WeightFiles files(folder_.path());
  EXPECT_EQ(files.tensors().size(), 3u);
  EXPECT_EQ(files.files().size(), 2u);
  EXPECT_EQ(files.Floats("c"), c_);
  EXPECT_EQ(files.Floats("b", 1, 1), (std::vector<float>{5, 6}));
  EXPECT_THROW(files.Get("d"), base::Error);
}

TEST_F(WeightFilesTest, EveryRuleOfTheIndexIsChecked) {
  const json index = WriteShards();
  const auto with = [&](const std::function<void(json&)>& change) {
    json changed = index;
    change(changed);
    WriteIndex(changed);
    return OpenError();
  };
  EXPECT_EQ(with([](json&) {}), "no error");
  EXPECT_EQ(with([](json& i) { i.erase("metadata"); }), "no error");
  EXPECT_EQ(with([](json& i) { i["metadata"]["total_size"] = 56.0; }), "no error");
  EXPECT_THAT(with([](json& i) { i["metadata"]["total_size"] = 60; }),
              HasSubstr("60 bytes, the shards' tensors have 56"));
  EXPECT_THAT(with([](json& i) { i["metadata"]["total_size"] = -1; }), HasSubstr("total_size"));
  EXPECT_THAT(with([](json& i) { i["metadata"] = 3; }), HasSubstr("metadata"));
  EXPECT_THAT(with([](json& i) { i.erase("weight_map"); }), HasSubstr("lacks the key weight_map"));
  EXPECT_THAT(with([](json& i) { i["weight_map"] = json::array(); }), HasSubstr("weight_map"));
  EXPECT_THAT(with([](json& i) { i["weight_map"]["a"] = 3; }), HasSubstr("weight_map"));
  EXPECT_THAT(with([](json& i) { i["weight_map"]["a"] = "two.safetensors"; }), HasSubstr("puts into two.safetensors"));
  EXPECT_THAT(with([](json& i) { i["weight_map"].erase("b"); }), HasSubstr("does not list"));
  EXPECT_THAT(with([](json& i) { i["weight_map"]["d"] = "two.safetensors"; }), HasSubstr("lacks the tensor d"));
  EXPECT_THAT(with([](json& i) { i["weight_map"]["d"] = "three.safetensors"; }), HasSubstr("which is missing"));
  for (const char* name : {"../one.safetensors", "/etc/passwd", "sub/one.safetensors", "one.bin", ".safetensors", ""})
    EXPECT_THAT(with([&](json& i) { i["weight_map"]["a"] = name; }), HasSubstr("of the same folder")) << name;
}

TEST_F(WeightFilesTest, ATensorInTwoShardsIsRefused) {
  WriteShards();
  WriteSafetensors(folder_ / "two.safetensors", std::vector{Tensor("a", a_), Tensor("c", c_)}, {});
  EXPECT_THAT(OpenError(), HasSubstr("puts into one.safetensors"));
}

TEST_F(WeightFilesTest, NoWeightsAndTwoWeightsAreNamed) {
  EXPECT_THAT(OpenError(), HasSubstr("has no weights"));
  WriteShards();
  WriteSafetensors(folder_ / "model.safetensors", std::vector{Tensor("a", a_)}, {});
  EXPECT_THAT(OpenError(), HasSubstr("model.safetensors.index.json"));
  EXPECT_THAT(OpenError(), HasSubstr("keep one of them"));
}

// Three tensors as GGUF parts, as llama.cpp's program names and marks them.
class GgufPartsTest : public WeightFilesTest {
 protected:
  static std::string PartName(int number) { return "m-0000" + std::to_string(number) + "-of-00003.gguf"; }
  void WritePart(int number, const std::map<std::string, uint32_t>& settings) {
    const std::vector<float>& numbers = number == 1 ? a_ : number == 2 ? b_ : c_;
    const std::string name = number == 1 ? "a" : number == 2 ? "b" : "c";
    std::map<std::string, GgufSetting> all(settings.begin(), settings.end());
    if (number == 1) all["general.architecture"] = "neo_chat";
    const std::vector<TensorPlan> plans = {{name, numbers::DType::kF32, {2, static_cast<int64_t>(numbers.size()) / 2}}};
    const std::span<const std::byte> bytes = std::as_bytes(std::span(numbers));
    base::WriteFileAtomically(
        folder_ / PartName(number),
        GgufHeader(plans, all) + std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }
  void WriteParts() {
    for (uint32_t i = 1; i <= 3; ++i)
      WritePart(static_cast<int>(i), {{"split.no", i - 1}, {"split.count", 3}, {"split.tensors.count", 3}});
  }
};

TEST_F(GgufPartsTest, AreReadAsOneModel) {
  WriteParts();
  const WeightFiles files(folder_.path());
  EXPECT_EQ(files.path(), (folder_ / PartName(1)).string());
  EXPECT_EQ(files.files().size(), 3u);
  EXPECT_EQ(files.tensors().size(), 3u);
  EXPECT_EQ(files.Floats("a"), a_);
  EXPECT_EQ(files.Floats("c"), c_);
}

TEST_F(GgufPartsTest, WhatIsMissingOrDoesNotFitIsNamed) {
  WriteParts();
  std::filesystem::rename(folder_ / PartName(2), folder_ / "elsewhere");
  EXPECT_THAT(OpenError(), HasSubstr(PartName(2) + " is missing, a part of a model in 3 files"));
  std::filesystem::rename(folder_ / "elsewhere", folder_ / PartName(2));
  WritePart(2, {{"split.no", 2}});
  EXPECT_THAT(OpenError(), HasSubstr(PartName(2) + " states split.no 2, the files here make it 1"));
  WritePart(2, {{"split.tensors.count", 7}});
  EXPECT_THAT(OpenError(), HasSubstr("states split.tensors.count 7"));
  WritePart(2, {});
  std::filesystem::copy_file(folder_ / PartName(1), folder_ / PartName(3),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(OpenError(), HasSubstr("split.no"));
  WritePart(1, {});
  std::filesystem::copy_file(folder_ / PartName(1), folder_ / PartName(3),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(OpenError(), HasSubstr("has the tensor a, which another part has too"));
  // One part under the name of a whole model.
  for (int i = 1; i <= 3; ++i) std::filesystem::remove(folder_ / PartName(i));
  WriteParts();
  std::filesystem::rename(folder_ / PartName(1), folder_ / "model.gguf");
  EXPECT_THAT(OpenError(), HasSubstr("has weights in"));
  for (int i = 2; i <= 3; ++i) std::filesystem::remove(folder_ / PartName(i));
  EXPECT_THAT(OpenError(), HasSubstr("states split.count 3, the files here make it 1"));
}

TEST(GgufPart, IsNamedInOneWay) {
  EXPECT_EQ(GgufPartOf("my-model-00002-of-00012.gguf")->FileName(), "my-model-00002-of-00012.gguf");
  EXPECT_EQ(GgufPartOf("a-00002-of-00012.gguf")->number, 2);
  for (const char* name : {"model.gguf", "-00001-of-00002.gguf", "a-00003-of-00002.gguf", "a-00000-of-00002.gguf",
                           "a-1-of-2.gguf", "a-0001x-of-00002.gguf", "a_00001-of-00002.gguf"})
    EXPECT_FALSE(GgufPartOf(name)) << name;
}

TEST_F(WeightFilesTest, APointerOfGitLfsIsNamed) {
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 36331632\n";
  for (const char* name : {"model.safetensors", "model.safetensors.index.json", "model.gguf"}) {
    base::WriteFileAtomically(folder_ / name, pointer);
    EXPECT_THAT(OpenError(), HasSubstr(std::string(name) + " is a pointer of Git LFS"));
    EXPECT_THAT(OpenError(), HasSubstr("git lfs pull"));
    std::filesystem::remove(folder_ / name);
  }
}

TEST_F(WeightFilesTest, BytesBehindASoundFileAreRefused) {
  WriteSafetensors(folder_ / "model.safetensors", std::vector{Tensor("a", a_)}, {});
  std::ofstream(folder_ / "model.safetensors", std::ios::app) << "x";
  EXPECT_THAT(OpenError(), HasSubstr("has bytes that belong to no tensor"));
  EXPECT_THAT(OpenError(), HasSubstr("something was written behind them"));
}

TEST_F(WeightFilesTest, AdaptersAreAddedInFloat32) {
  const std::vector<float> weight = {1, 2, 3, 4, 5, 6}, down = {1, 0, -1}, up = {2, 3}, alpha = {0.5f};
  WriteSafetensors(folder_ / "model.safetensors", std::vector{Tensor("m.weight", weight), Tensor("n.weight", a_)}, {});
  const std::filesystem::path path = folder_ / "adapter.safetensors";
  const auto bytes = [](const std::vector<float>& numbers) { return std::as_bytes(std::span(numbers)); };
  std::vector<NamedTensor> tensors = {
      {"diffusion_model.m.lora_down.weight", {numbers::DType::kF32, {1, 3}, bytes(down)}},
      {"m.lora_up.weight", {numbers::DType::kF32, {2, 1}, bytes(up)}},
      {"m.alpha", {numbers::DType::kF32, {}, bytes(alpha)}}};
  const auto open = [&] {
    WriteSafetensors(path, tensors, {});
    return WeightFiles(folder_.path(), std::vector{path});
  };
  const WeightFiles files = open();
  EXPECT_TRUE(files.Adapted("m.weight"));
  EXPECT_FALSE(files.Adapted("n.weight"));
  EXPECT_EQ(files.Floats("m.weight"), (std::vector<float>{2, 2, 2, 5.5f, 5, 4.5f}));
  EXPECT_EQ(files.Floats("m.weight", 1, 1), (std::vector<float>{5.5f, 5, 4.5f}));
  EXPECT_EQ(files.Floats("n.weight"), a_);

  const std::vector<NamedTensor> good = tensors;
  tensors.pop_back();  // without alpha the scale is 1
  EXPECT_EQ(open().Floats("m.weight"), (std::vector<float>{3, 2, 1, 7, 5, 3}));
  tensors.pop_back();
  EXPECT_THAT(ErrorOf([&] { open(); }), HasSubstr("only a part"));
  tensors = good;
  tensors[1].tensor.shape = {1, 2};
  EXPECT_THAT(ErrorOf([&] { open(); }), HasSubstr("not [r, in] and [out, r]"));
  tensors = good;
  tensors[0].tensor.shape = {3, 1};
  EXPECT_THAT(ErrorOf([&] { open(); }), HasSubstr("not [r, in] and [out, r]"));
  tensors = good;
  tensors[1].name = "m.lora_mid.weight";
  EXPECT_THAT(ErrorOf([&] { open(); }), HasSubstr("no part of an adapter"));
  tensors = good;
  tensors[2].tensor = {numbers::DType::kF32, {2}, bytes(up)};
  EXPECT_THAT(ErrorOf([&] { open(); }), HasSubstr("alpha"));
  tensors = good;
  for (auto& tensor : tensors) tensor.name = "x." + tensor.name.substr(tensor.name.find("m.") + 2);
  EXPECT_THAT(ErrorOf([&] { open(); }), HasSubstr("the model does not have"));
  for (auto& tensor : tensors) tensor.name = "n." + tensor.name.substr(2);
  EXPECT_THAT(ErrorOf([&] { open(); }), HasSubstr("another shape"));
}

// The one weight of a model, 0, with an adapter of rank 1 whose change is alpha, stored as this type.
template <typename Number>
std::vector<float> AdaptedWith(const base::TemporaryFolder& folder, numbers::DType type, Number alpha) {
  const std::vector<float> weight = {0}, one = {1};
  const auto bytes = [](const std::vector<float>& numbers) { return std::as_bytes(std::span(numbers)); };
  const std::vector<Number> stored = {alpha};
  WriteSafetensors(folder / "model.safetensors",
                   std::vector<NamedTensor>{{"m.weight", {numbers::DType::kF32, {1, 1}, bytes(weight)}}}, {});
  WriteSafetensors(folder / "adapter.safetensors",
                   std::vector<NamedTensor>{{"m.lora_down.weight", {numbers::DType::kF32, {1, 1}, bytes(one)}},
                                            {"m.lora_up.weight", {numbers::DType::kF32, {1, 1}, bytes(one)}},
                                            {"m.alpha", {type, {}, std::as_bytes(std::span(stored))}}},
                   {});
  return WeightFiles(folder.path(), std::vector{folder / "adapter.safetensors"}).Floats("m.weight");
}

TEST_F(WeightFilesTest, AlphaIsAnyTypeOfNumber) {
  EXPECT_EQ(AdaptedWith<double>(folder_, numbers::DType::kF64, 2.5), std::vector<float>{2.5f});
  EXPECT_EQ(AdaptedWith<int64_t>(folder_, numbers::DType::kI64, -3), std::vector<float>{-3});
  EXPECT_EQ(AdaptedWith<int32_t>(folder_, numbers::DType::kI32, 4), std::vector<float>{4});
  EXPECT_EQ(AdaptedWith<uint8_t>(folder_, numbers::DType::kU8, 255), std::vector<float>{255});
  EXPECT_THAT(ErrorOf([&] { AdaptedWith<double>(folder_, numbers::DType::kF64, 1e300); }), HasSubstr("alpha"));
}

TEST_F(WeightFilesTest, AnAdapterOfNothingOrOfNoNumbersIsRefused) {
  WriteSafetensors(folder_ / "model.safetensors", std::vector{Tensor("n.weight", a_)}, {});
  const std::filesystem::path path = folder_ / "adapter.safetensors";
  WriteSafetensors(path, std::vector<NamedTensor>{}, {});
  EXPECT_THAT(ErrorOf([&] { WeightFiles(folder_.path(), std::vector{path}); }), HasSubstr("holds no tensors"));
  const std::vector<float> one = {1}, none = {std::nanf("")};
  WriteSafetensors(
      path,
      std::vector<NamedTensor>{{"n.lora_down.weight", {numbers::DType::kF32, {1, 1}, std::as_bytes(std::span(one))}},
                               {"n.lora_up.weight", {numbers::DType::kF32, {1, 1}, std::as_bytes(std::span(none))}}},
      {});
  EXPECT_THAT(ErrorOf([&] { WeightFiles(folder_.path(), std::vector{path}); }), HasSubstr("not all finite"));
}

// --- Conversion ------------------------------------------------------------------------------------------------------

class ConvertTest : public WeightFilesTest {
 protected:
  static double LargestDifference(const WeightFiles& a, const WeightFiles& b) {
    double largest = 0;
    for (const auto& [name, tensor] : a.tensors()) {
      const std::vector<float> x = a.Floats(name), y = b.Floats(name);
      EXPECT_EQ(b.Get(name).shape, tensor.shape) << name;
      for (size_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::abs(double{x[i]} - y[i]));
    }
    return largest;
  }
};

TEST_F(ConvertTest, FloatsGoThereAndBackUnchanged) {
  for (const char* name : {"neo-mlp-head", "neo-moe"}) {
    const std::filesystem::path gguf = folder_ / (std::string(name) + ".a"),
                                back = folder_ / (std::string(name) + ".b");
    uint64_t done = 0, total = 0;
    ConvertOptions options{
        .type = numbers::DType::kF32, .gguf = true, .adapters = {}, .threads = 2, .on_progress = nullptr};
    options.on_progress = [&](uint64_t d, uint64_t t) { done = d, total = t; };
    ConvertModel(kGoldenModels / name, gguf, options);
    EXPECT_EQ(done, total);
    EXPECT_GT(total, 5'000'000u);
    options.gguf = false;
    ConvertModel(gguf, back, options);
    const WeightFiles first(kGoldenModels / name), second(gguf), third(back);
    EXPECT_EQ(second.files()[0].filename(), "model.gguf");
    EXPECT_EQ(third.files()[0].filename(), "model.safetensors");
    CheckTensors(third, LoadConfig(back));
    EXPECT_EQ(LargestDifference(first, second), 0);
    EXPECT_EQ(LargestDifference(first, third), 0);
  }
}

TEST_F(ConvertTest, QuantisesMatricesOfTheTransformerAlone) {
  const std::filesystem::path to = folder_ / "q";
  ConvertModel(kGoldenModels / "neo-moe", to,
               {.type = numbers::DType::kQ4_0, .gguf = true, .adapters = {}, .threads = 1, .on_progress = nullptr});
  const WeightFiles files(to), own(kGoldenModels / "neo-moe");
  const std::string layer = "language_model.model.layers.0.";
  const auto type = [&](const std::string& name) { return files.Get(name).type; };
  EXPECT_EQ(type(layer + "self_attn.q_proj_mot_gen.weight"), numbers::DType::kQ4_0);
  EXPECT_EQ(type(layer + "mlp.gate.weight"), numbers::DType::kF32);
  EXPECT_EQ(type(layer + "mlp_mot_gen.gate.weight"), numbers::DType::kF32);
  EXPECT_EQ(type(layer + "mlp.experts.3.gate_proj.weight"), numbers::DType::kQ4_0);
  EXPECT_EQ(type(layer + "mlp.experts.3.down_proj.weight"), numbers::DType::kF32);  // rows of 48
  EXPECT_EQ(type("language_model.lm_head.weight"), numbers::DType::kQ8_0);          // rows of 64, no block of Q6_K
  EXPECT_EQ(type(layer + "input_layernorm.weight"), numbers::DType::kF32);
  EXPECT_EQ(type("fm_modules.fm_head.0.weight"), numbers::DType::kF32);
  const std::string name = layer + "self_attn.q_proj.weight";
  const std::vector<float> before = own.Floats(name), after = files.Floats(name);
  double error = 0, size = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    error += std::pow(before[i] - after[i], 2);
    size += std::pow(before[i], 2);
  }
  EXPECT_GT(error, 0);
  EXPECT_LT(std::sqrt(error / size), 0.1);
}

TEST_F(ConvertTest, ANewFoldersNameMayEndInASlash) {
  const ConvertOptions options{
      .type = numbers::DType::kF32, .gguf = false, .adapters = {}, .threads = 1, .on_progress = {}};
  const std::filesystem::path to = folder_ / "slash";
  ConvertModel(kGoldenModels / "neo-mlp-head", to / "", options);
  EXPECT_TRUE(std::filesystem::exists(to / "model.safetensors"));
  EXPECT_THAT(ErrorOf([&] { ConvertModel(kGoldenModels / "neo-mlp-head", to / ".", options); }),
              HasSubstr("exists already"));
  EXPECT_THAT(ErrorOf([&] { ConvertModel(kGoldenModels / "neo-mlp-head", "", options); }), HasSubstr("has no name"));
  std::filesystem::create_symlink("nowhere", folder_ / "dangling");
  EXPECT_THAT(ErrorOf([&] { ConvertModel(kGoldenModels / "neo-mlp-head", folder_ / "dangling", options); }),
              HasSubstr("exists already"));
}

TEST_F(ConvertTest, TypesFollowTheRows) {
  const std::string matrix = "language_model.model.layers.0.self_attn.q_proj.weight";
  EXPECT_EQ(TypeFor(matrix, numbers::DType::kBF16, {512, 512}, numbers::DType::kQ4_K), numbers::DType::kQ4_K);
  EXPECT_EQ(TypeFor(matrix, numbers::DType::kBF16, {512, 96}, numbers::DType::kQ4_K), numbers::DType::kQ8_0);
  EXPECT_EQ(TypeFor(matrix, numbers::DType::kBF16, {512, 100}, numbers::DType::kQ4_K), numbers::DType::kBF16);
  EXPECT_EQ(TypeFor("language_model.lm_head.weight", numbers::DType::kBF16, {512, 512}, numbers::DType::kQ4_K),
            numbers::DType::kQ6_K);
  EXPECT_EQ(TypeFor("language_model.lm_head.weight", numbers::DType::kBF16, {512, 512}, numbers::DType::kQ8_0),
            numbers::DType::kQ8_0);
  EXPECT_EQ(TypeFor("fm_modules.fm_head.0.weight", numbers::DType::kBF16, {512, 512}, numbers::DType::kQ4_K),
            numbers::DType::kBF16);
  EXPECT_EQ(TypeFor("fm_modules.fm_head.0.weight", numbers::DType::kBF16, {512, 512}, numbers::DType::kF16),
            numbers::DType::kF16);
}

TEST_F(ConvertTest, LeavesNothingBehindWhenItFails) {
  const std::filesystem::path from = folder_ / "from", to = folder_ / "to";
  std::filesystem::copy(kGoldenModels / "neo-mlp-head", from);
  ConvertOptions options{
      .type = numbers::DType::kF16, .gguf = true, .adapters = {}, .threads = 2, .on_progress = nullptr};
  options.on_progress = [](uint64_t, uint64_t) { throw base::Cancelled(); };
  EXPECT_THROW(ConvertModel(from, to, options), base::Cancelled);
  options.on_progress = nullptr;
  // The last number of the file becomes one that F16 cannot hold.
  std::fstream file(from / "model.safetensors", std::ios::in | std::ios::out | std::ios::binary);
  const float large = 1e6f;
  file.seekp(-4, std::ios::end);
  file.write(reinterpret_cast<const char*>(&large), 4);
  file.close();
  EXPECT_THAT(ErrorOf([&] { ConvertModel(from, to, options); }), HasSubstr("F16 ends at 65504"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), std::filesystem::directory_iterator()),
            1);
  options.type = numbers::DType::kBF16;
  ConvertModel(from, to, options);
  EXPECT_THAT(ErrorOf([&] { ConvertModel(from, to, options); }), HasSubstr("exists already"));
}

}  // namespace
}  // namespace diptych::model
