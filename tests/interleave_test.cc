// Stories, edits and comparisons of the engine against a plain second implementation that keeps the contexts by itself,
// on a small random model whose output matrix favours the tokens that begin a picture and end an answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "engine/generate.h"
#include "engine/look.h"
#include "engine/pixel_tokens.h"
#include "engine/tiny_model_for_test.h"
#include "reference_model.h"
#include "text/unicode.h"

namespace diptych {
namespace {

namespace fs = std::filesystem;
using reference::Cache;
using reference::Place;
using reference::Rows;

constexpr double kPictureFavour = -4, kEndFavour = 4;  // factors of two rows of the output matrix

void FavourTokens(const fs::path& folder, const text::Tokenizer& tokenizer) {
  const model::SafetensorsFile file(folder / "model.safetensors");
  std::vector<model::NamedTensor> tensors;
  for (const auto& [name, tensor] : file.tensors()) tensors.push_back({name, tensor});
  std::vector<float> output = model::ToFloat(file.Get("language_model.lm_head.weight"));
  const size_t width = static_cast<size_t>(file.Get("language_model.lm_head.weight").shape[1]);
  for (const auto& [token, favour] :
       {std::pair{text::kPictureStart, kPictureFavour}, std::pair{text::kTurnEnd, kEndFavour}})
    for (size_t i = 0; i < width; ++i)
      output[static_cast<size_t>(*tokenizer.Find(token)) * width + i] *= static_cast<float>(favour);
  for (model::NamedTensor& tensor : tensors)
    if (tensor.name == "language_model.lm_head.weight") tensor.tensor.bytes = std::as_bytes(std::span(output));
  model::WriteSafetensors(folder / "new.safetensors", tensors, {});
  fs::rename(folder / "new.safetensors", folder / "model.safetensors");
}

// The tiny model as a public checkpoint would be: no plans, all skills, an output matrix of its own.
void WriteStoryModel(const fs::path& folder) {
  engine::WriteTinyModel(folder);
  model::ModelConfig config = model::LoadConfig(folder);
  config.tie_embeddings = false;
  base::WriteFileAtomically(folder / "config.json", model::WriteConfig(config));
  model::GenerationConfig generation = model::LoadGenerationConfig(folder);
  generation.plan = false;
  base::WriteFileAtomically(folder / "generation_config.json", model::WriteGenerationConfig(generation));
  engine::WriteTinyWeights(folder, config);
  FavourTokens(folder, text::Tokenizer::Load(folder));
}

base::Image Stripes(int width, int height, int step) {
  base::Image picture{width, height, std::vector<uint8_t>(static_cast<size_t>(width * height) * 3)};
  for (size_t i = 0; i < picture.rgb.size(); ++i) picture.rgb[i] = static_cast<uint8_t>(i * static_cast<size_t>(step));
  return picture;
}

// The same answers, one row at a time.
class PlainTeller {
 public:
  explicit PlainTeller(const fs::path& folder)
      : config_(model::LoadConfig(folder)),
        tokenizer_(text::Tokenizer::Load(folder)),
        model_(config_, model::WeightFiles(folder)) {}

  engine::Answer Tell(const engine::GenerateRequest& request) {
    full_ = pictures_only_ = unconditional_ = {};
    engine::Answer answer;
    ReadText("<|im_start|>user\n", &full_);
    ReadText("<|im_start|>user\n", &pictures_only_);
    for (size_t i = 0; i < request.pictures.size(); ++i) {
      if (request.pictures.size() > 1) ReadText("Image-" + std::to_string(i + 1) + ":", &full_);
      for (Cache* cache : {&full_, &pictures_only_}) ReadMarkedPicture(request.pictures[i], cache);
      ReadText("\n", &full_);
    }
    Read(tokenizer_.EncodeOrdinary(request.prompt), &full_);
    ReadText("<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n", &full_);
    ReadText("<|im_end|>\n<|im_start|>assistant\n", &pictures_only_);
    ReadText("<|im_start|>user\n<|im_end|>\n<|im_start|>assistant\n<img>", &unconditional_);
    const bool story = request.options.max_pictures > 1;
    int drawn = 0;
    bool draws = true;
    if (story) draws = Write(request.options.max_new_tokens, &answer.opening) && drawn < request.options.max_pictures;
    while (draws) {
      engine::Panel panel;
      for (Cache* cache : {&full_, &pictures_only_}) ReadText("<img>", cache);
      panel.picture = Draw(request, drawn);
      for (Cache* cache : {&full_, &pictures_only_}) {
        ReadPicture(panel.picture, cache);
        ReadText("</img>", cache);
      }
      ++drawn;
      draws = Write(request.options.max_new_tokens, &panel.text) && drawn < request.options.max_pictures;
      if (drawn == 1) {
        answer.picture = panel.picture;
        answer.narrative = panel.text;
      } else {
        answer.further.push_back(panel);
      }
    }
    return answer;
  }

 private:
  void ReadText(const std::string& text, Cache* cache) { Read(tokenizer_.Encode(text), cache); }

  void Read(const std::vector<int32_t>& ids, Cache* cache) {
    if (ids.empty()) return;
    const Rows logits = model_.TextLogits({ids.begin(), ids.end()}, cache);
    const float* last = logits.row(logits.rows - 1);
    if (cache == &full_) next_.assign(last, last + tokenizer_.vocabulary_size());
  }

  void ReadMarkedPicture(const base::Image& picture, Cache* cache) {
    ReadText("<img>", cache);
    ReadPicture(picture, cache);
    ReadText("</img>", cache);
  }

  // Pixels in [0, 1], less the mean, over the deviation; patches with their channels first.
  void ReadPicture(const base::Image& picture, Cache* cache) const {
    constexpr double kMean[] = {0.485, 0.456, 0.406}, kDeviation[] = {0.229, 0.224, 0.225};
    const int p = config_.patch, high = picture.height / p, wide = picture.width / p;
    Rows patches(high * wide, 3 * p * p);
    for (int i = 0; i < patches.rows; ++i)
      for (int at = 0; at < patches.columns; ++at) {
        const int channel = at / (p * p), y = i / wide * p + at / p % p, x = i % wide * p + at % p;
        const double value = picture.rgb[static_cast<size_t>((y * picture.width + x) * 3 + channel)] / 255.0;
        patches.row(i)[at] = static_cast<float>((value - kMean[channel]) / kDeviation[channel]);
      }
    const Rows tokens = model_.ReadPatches(patches, high, wide, model::Tower::kUnderstanding);
    std::vector<Place> places;
    const int columns = wide / config_.merge;
    for (int i = 0; i < tokens.rows; ++i) places.push_back({cache->t.back() + 1, i / columns, i % columns});
    model_.Read(tokens, places, model::Tower::kUnderstanding, cache, true);
  }

  // Whether the text ends with the beginning of a picture.
  bool Write(int limit, std::string* text) {
    std::vector<int32_t> ids;
    bool picture = false;
    while (static_cast<int>(ids.size()) < limit) {
      const auto id = static_cast<int32_t>(std::max_element(next_.begin(), next_.end()) - next_.begin());
      picture = id == *tokenizer_.Find(text::kPictureStart);
      if (tokenizer_.IsSpecial(id)) break;
      ids.push_back(id);
      Read({id}, &full_);
    }
    *text = text::RepairUtf8(tokenizer_.Decode(ids));
    while (text->ends_with('\n')) text->pop_back();
    return picture;
  }

  base::Image Draw(const engine::GenerateRequest& request, int drawn) const {
    const model::GenerationConfig& o = request.options;
    const int side = config_.token_pixels();
    engine::PixelTokens noise{{o.height / side, o.width / side}, side, {}};
    noise.values.resize(static_cast<size_t>(o.width * o.height) * 3);
    base::FillNormal(request.seed, 4 * static_cast<uint64_t>(drawn), 0, noise.values);
    reference::Drawing drawing{.tokens_high = o.height / side,
                               .tokens_wide = o.width / side,
                               .steps = o.steps,
                               .shift = o.shift,
                               .guidance = o.guidance};
    drawing.from = o.guidance_from;
    drawing.to = o.guidance_to;
    drawing.rescale = o.guidance_rescale;
    const bool sees_pictures = drawn > 0 || !request.pictures.empty();
    drawing.picture_guidance = sees_pictures ? o.picture_guidance : 1;
    const std::vector<float> planes =
        model_.Draw(engine::ToPlanes(noise), {full_, pictures_only_, unconditional_}, drawing);
    return engine::ToImage(engine::FromPlanes(planes, noise.tokens, side));
  }

  model::ModelConfig config_;
  text::Tokenizer tokenizer_;
  reference::Model model_;
  Cache full_, pictures_only_, unconditional_;
  std::vector<float> next_;  // logits after what `full_` has read
};

class InterleaveTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<base::TemporaryFolder>();
    WriteStoryModel(folder_->path());
    model_ = std::make_unique<engine::Model>(engine::Model::Load(folder_->path(), engine::Precision::kFloat32));
  }
  static void TearDownTestSuite() {
    model_.reset();
    folder_.reset();
  }

  static engine::GenerateRequest Request(const std::string& prompt, int pictures) {
    engine::GenerateRequest request;
    request.prompt = prompt;
    request.language = text::LanguageOf(prompt);
    request.seed = 3;
    request.options = model_->generation();
    request.options.steps = 2;
    request.options.max_new_tokens = 8;
    request.options.width = 16;
    request.options.height = 24;
    request.options.max_pictures = pictures;
    return request;
  }

  // Their stories differ: some begin with words, some go on beyond three pictures.
  static std::vector<std::string> Prompts() {
    return {"a blue bus", "a starry night", "yes", "the bus is blue", "drives", "no", "large", "一辆蓝色的巴士", "sky"};
  }

  static inline std::unique_ptr<base::TemporaryFolder> folder_;
  static inline std::unique_ptr<engine::Model> model_;
};

// Equal but for a level where a value lies between two.
void ExpectSamePicture(const base::Image& ours, const base::Image& theirs) {
  ASSERT_EQ(ours.width, theirs.width);
  ASSERT_EQ(ours.height, theirs.height);
  int largest = 0;
  for (size_t i = 0; i < ours.rgb.size(); ++i) largest = std::max(largest, std::abs(ours.rgb[i] - theirs.rgb[i]));
  EXPECT_LE(largest, 1);
}

void ExpectSameAnswer(const engine::Answer& ours, const engine::Answer& theirs) {
  EXPECT_EQ(ours.opening, theirs.opening);
  EXPECT_EQ(ours.narrative, theirs.narrative);
  ExpectSamePicture(ours.picture, theirs.picture);
  ASSERT_EQ(ours.further.size(), theirs.further.size());
  for (size_t i = 0; i < ours.further.size(); ++i) {
    EXPECT_EQ(ours.further[i].text, theirs.further[i].text);
    ExpectSamePicture(ours.further[i].picture, theirs.further[i].picture);
  }
}

TEST_F(InterleaveTest, StoriesAreThePlainImplementations) {
  PlainTeller plain(folder_->path());
  size_t openings = 0, most = 0, texts = 0;
  for (const std::string& prompt : Prompts()) {
    SCOPED_TRACE(prompt);
    engine::GenerateRequest request = Request(prompt, 3);
    request.options.picture_guidance = 2;
    const engine::Answer ours = engine::Generate(*model_, request, {});
    ExpectSameAnswer(ours, plain.Tell(request));
    openings += ours.opening.empty() ? 0 : 1;
    most = std::max(most, ours.further.size() + (ours.picture.width > 0 ? 1 : 0));
    texts += ours.narrative.empty() ? 0 : 1;
  }
  // The prompts show what they are to show.
  EXPECT_GT(openings, 0u);
  EXPECT_GT(texts, 0u);
  EXPECT_EQ(most, 3u);
}

TEST_F(InterleaveTest, TheLimitOfPicturesEndsAStory) {
  bool cut = false;
  for (const std::string& prompt : Prompts()) {
    const engine::Answer three = engine::Generate(*model_, Request(prompt, 3), {});
    const engine::Answer two = engine::Generate(*model_, Request(prompt, 2), {});
    EXPECT_EQ(two.opening, three.opening);
    EXPECT_TRUE(two.picture == three.picture);
    EXPECT_LE(two.further.size(), 1u);
    if (three.further.size() < 2) continue;
    cut = true;
    EXPECT_EQ(two.ending, engine::Ending::kPictureLimit);
    EXPECT_TRUE(two.further[0].picture == three.further[0].picture);
  }
  EXPECT_TRUE(cut);
}

TEST_F(InterleaveTest, EveryPictureHasNoiseOfItsOwn) {
  engine::GenerateRequest request = Request("a blue bus", 1);
  const engine::Answer one = engine::Generate(*model_, request, {});
  request.seed = 4;
  EXPECT_FALSE(one.picture == engine::Generate(*model_, request, {}).picture);
  for (const std::string& prompt : Prompts()) {
    const engine::Answer story = engine::Generate(*model_, Request(prompt, 3), {});
    for (const engine::Panel& panel : story.further) EXPECT_FALSE(panel.picture == story.picture);
  }
}

TEST_F(InterleaveTest, EditsAreThePlainImplementationsWithEveryGuidance) {
  PlainTeller plain(folder_->path());
  std::vector<base::Image> drawn;
  for (const char* rescale : {"none", "global", "channel", "cfg_zero_star"})
    for (const auto& [text, picture] : std::vector<std::pair<double, double>>{{1, 1}, {4, 1}, {3, 3}, {4, 1.5}}) {
      SCOPED_TRACE(std::string(rescale) + " " + std::to_string(text) + " " + std::to_string(picture));
      engine::GenerateRequest request = Request("a red bus", 1);
      request.options.guidance_rescale = rescale;
      request.options.guidance = text;
      request.options.picture_guidance = picture;
      request.pictures = {Stripes(24, 16, 37)};
      const engine::Answer ours = engine::Generate(*model_, request, {});
      ExpectSameAnswer(ours, plain.Tell(request));
      drawn.push_back(ours.picture);
    }
  // Guidance matters, and so does the picture.
  for (size_t i = 1; i < 4; ++i) EXPECT_FALSE(drawn[i] == drawn[0]);
  engine::GenerateRequest request = Request("a red bus", 1);
  EXPECT_FALSE(engine::Generate(*model_, request, {}).picture == drawn[1]);
  request.pictures = {Stripes(24, 16, 37), Stripes(16, 16, 11)};
  request.options.picture_guidance = 1.5;
  ExpectSameAnswer(engine::Generate(*model_, request, {}), plain.Tell(request));
}

TEST_F(InterleaveTest, AnEditKeepsThePicturesShape) {
  const model::GenerationConfig options = engine::WithSizeOf(*model_, Stripes(24, 16, 1), model_->generation());
  EXPECT_EQ(options.width, 24);
  EXPECT_EQ(options.height, 16);
  const model::GenerationConfig fitted = engine::WithSizeOf(*model_, Stripes(500, 250, 1), model_->generation());
  EXPECT_EQ(fitted.width % 8, 0);
  EXPECT_GT(fitted.width, fitted.height);
  EXPECT_LE(fitted.width * fitted.height, 32 * 24);
}

TEST_F(InterleaveTest, SeveralPicturesAreLookedAtTogether) {
  const base::Image first = Stripes(24, 16, 37), second = Stripes(16, 16, 11);
  engine::PictureLook one(*model_, first), both(*model_, std::vector<base::Image>{first, second});
  engine::PictureLook turned(*model_, std::vector<base::Image>{second, first});
  const auto p = [](engine::PictureLook& look) {
    return look.Check({"the bus is blue"}, text::Language::kEnglish).at(0);
  };
  EXPECT_NE(p(one), p(both));
  EXPECT_NE(p(both), p(turned));
  EXPECT_EQ(both.Ask("no?", {}), both.Ask("no?", {}));
  EXPECT_THROW(engine::PictureLook(*model_, std::vector<base::Image>{}), base::Error);
}

TEST_F(InterleaveTest, SkillsThatAModelHasNotAreRefused) {
  const base::TemporaryFolder other;
  fs::copy(folder_->path(), other.path());
  model::GenerationConfig generation = model::LoadGenerationConfig(folder_->path());
  generation.skills = {model::Skill::kGenerate, model::Skill::kAsk};
  base::WriteFileAtomically(other / "generation_config.json", model::WriteGenerationConfig(generation));
  const engine::Model model = engine::Model::Load(other.path(), engine::Precision::kFloat32);
  const auto message = [](const auto& act) {
    try {
      act();
    } catch (const base::Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  using testing::HasSubstr;
  EXPECT_THAT(message([&] { engine::Generate(model, Request("a bus", 2), {}); }),
              HasSubstr("it has not learned \"story\"; it knows: generate, ask."));
  engine::GenerateRequest edit = Request("a bus", 1);
  EXPECT_EQ(message([&] { engine::Generate(model, edit, {}); }), "no error");
  edit.pictures = {Stripes(24, 16, 1)};
  EXPECT_THAT(message([&] { engine::Generate(model, edit, {}); }), HasSubstr("has not learned \"edit\""));
  edit.pictures.push_back(edit.pictures[0]);
  EXPECT_THAT(message([&] { engine::PictureLook(model, edit.pictures); }), HasSubstr("has not learned \"compare\""));
}

}  // namespace
}  // namespace diptych
