#include "engine/generate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <memory>
#include <set>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "engine/look.h"
#include "engine/picture_input.h"
#include "engine/plan_likelihood.h"
#include "engine/tiny_model_for_test.h"
#include "kernels/operand.h"
#include "text/unicode.h"

namespace diptych::engine {
namespace {

using testing::HasSubstr;

class GenerateTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<base::TemporaryFolder>();
    WriteTinyModel(folder_->path());
    model_ = std::make_unique<Model>(Model::Load(folder_->path()));
  }
  static void TearDownTestSuite() {
    model_.reset();
    folder_.reset();
  }

  static GenerateRequest Request() {
    GenerateRequest request;
    request.prompt = "a blue bus <img> under a starry night";
    request.seed = 3;
    request.options = model_->generation();
    return request;
  }
  static std::string ErrorOf(const GenerateRequest& request) {
    try {
      Generate(*model_, request, {});
    } catch (const base::Error& error) {
      return error.what();
    }
    return "no error";
  }

  static inline std::unique_ptr<base::TemporaryFolder> folder_;
  static inline std::unique_ptr<Model> model_;
};

bool Same(const Answer& a, const Answer& b) {
  return a.plan == b.plan && a.picture == b.picture && a.narrative == b.narrative;
}

TEST_F(GenerateTest, AnswersWithPlanPictureAndNarrative) {
  std::string plan, narrative;
  int steps = 0;
  Listener listener;
  listener.on_text = [&](Stage stage, std::string_view text) { (stage == Stage::kPlan ? plan : narrative) += text; };
  listener.on_step = [&](int step, int of, const base::Image& preview) {
    EXPECT_EQ(step, ++steps);
    EXPECT_EQ(of, 4);
    EXPECT_EQ(preview.rgb.size(), 32u * 24 * 3);
  };
  const Answer answer = Generate(*model_, Request(), listener);
  EXPECT_EQ(answer.picture.width, 32);
  EXPECT_EQ(answer.picture.height, 24);
  EXPECT_EQ(steps, 4);
  EXPECT_EQ(plan, answer.plan);
  EXPECT_EQ(narrative, answer.narrative);
  EXPECT_EQ(text::RepairUtf8(answer.plan), answer.plan);
  EXPECT_LE(answer.timings.plan_tokens, 12);
  EXPECT_GT(answer.timings.prompt_tokens, 5);
}

TEST_F(GenerateTest, SpellsThePromptAsTheModelsFolderSays) {
  const base::TemporaryFolder folder;
  WriteTinyModel(folder.path());
  model::GenerationConfig generation = model_->generation();
  generation.mid_sentence = true;
  base::WriteFileAtomically(folder / "generation_config.json", model::WriteGenerationConfig(generation));
  const Model spelling = Model::Load(folder.path());
  GenerateRequest request = Request();
  request.prompt = "A blue bus";
  const Answer capital = Generate(*model_, request, {}), spelt = Generate(spelling, request, {});
  request.prompt = " a blue bus";
  EXPECT_TRUE(Same(spelt, Generate(*model_, request, {})));
  EXPECT_FALSE(Same(spelt, capital));
}

TEST_F(GenerateTest, IsTheSameForAnyNumberOfThreads) {
  GenerateRequest request = Request();
  request.options.temperature = 1;
  const int before = omp_get_max_threads();
  omp_set_num_threads(1);
  const Answer one = Generate(*model_, request, {});
  for (int threads : {2, 3, 5}) {
    omp_set_num_threads(threads);
    EXPECT_TRUE(Same(one, Generate(*model_, request, {}))) << threads;
  }
  omp_set_num_threads(before);
}

// Of more candidates the best is never worse, and the first is the only one's.
TEST_F(GenerateTest, KeepsTheCandidateThatShowsThePlanBest) {
  GenerateRequest request = Request();
  request.plan = "bus: red, large";
  Session session(model_->weights());
  std::set<double> seen;
  for (int candidates = 1; candidates <= 6; ++candidates) {
    request.options.candidates = candidates;
    int steps = 0;
    Listener listener;
    listener.on_step = [&](int step, int of, const base::Image&) {
      EXPECT_EQ(step, ++steps);
      EXPECT_EQ(of, 4);
    };
    const Answer answer = Generate(*model_, request, listener);
    EXPECT_EQ(steps, 4);
    const double now = PlanLikelihood(*model_, session, answer.picture, answer.plan);
    EXPECT_GE(now, seen.empty() ? now : *seen.rbegin());
    seen.insert(now);
  }
  EXPECT_GT(seen.size(), 1u);
  request.plan.reset();
  request.options.plan = false;
  EXPECT_THAT(ErrorOf(request), HasSubstr("no plan"));
}

TEST_F(GenerateTest, APlanIsSeenAsLikelyAsTheModelWouldWriteIt) {
  const base::Image picture = Generate(*model_, Request(), {}).picture;
  const std::string plan = "bus: red, large";
  const text::Tokenizer& tokenizer = model_->tokenizer();
  Session session(model_->weights());
  Context context(model_->weights());
  Passage passage;
  passage.Text(tokenizer.Encode("<|im_start|>user\n<img>"))
      .Picture(ReadablePixels(*model_, picture))
      .Text(tokenizer.Encode("</img>\n"))
      .Text(tokenizer.EncodeOrdinary("Write the plan of the picture."))
      .Text(tokenizer.Encode("<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"));
  session.Read(context, passage);
  double sum = 0;
  const std::vector<int32_t> ids = tokenizer.EncodeOrdinary(plan);
  for (int32_t id : ids) {
    double all = 0;
    const std::vector<float> logits = session.NextLogits();
    for (float logit : logits) all += std::exp(double{logit});
    sum += logits[static_cast<size_t>(id)] - std::log(all);
    session.Read(context, Passage().Text({&id, 1}));
  }
  EXPECT_NEAR(PlanLikelihood(*model_, session, picture, plan), sum / static_cast<double>(ids.size()), 0.02);
  EXPECT_EQ(PlanLikelihood(*model_, session, picture, ""), 0);
}

TEST_F(GenerateTest, TheSeedDecides) {
  GenerateRequest request = Request();
  const Answer first = Generate(*model_, request, {});
  EXPECT_TRUE(Same(first, Generate(*model_, request, {})));
  request.seed = 4;
  EXPECT_FALSE(first.picture == Generate(*model_, request, {}).picture);
}

TEST_F(GenerateTest, FollowsAGivenPlan) {
  GenerateRequest request = Request();
  request.plan = "bus: red, large";
  const Answer red = Generate(*model_, request, {});
  EXPECT_EQ(red.plan, "bus: red, large");
  request.plan = "sky: blue";
  EXPECT_FALSE(red.picture == Generate(*model_, request, {}).picture);
}

TEST_F(GenerateTest, TheModelsOwnPlanGivenBackGivesTheSamePicture) {
  // Teacher forcing feeds the same words; only when the model ended the plan itself are they the same tokens.
  const Answer own = Generate(*model_, Request(), {});
  GenerateRequest request = Request();
  request.plan = own.plan;
  const Answer again = Generate(*model_, request, {});
  EXPECT_EQ(again.plan, own.plan);
}

TEST_F(GenerateTest, WorksWithoutAPlanAndWithEverySampler) {
  GenerateRequest request = Request();
  request.options.plan = false;
  std::vector<base::Image> pictures;
  for (const char* rescale : {"none", "global", "channel", "cfg_zero_star"})
    for (bool heun : {false, true}) {
      request.options.guidance_rescale = rescale;
      request.options.solver = heun ? "heun" : "euler";
      const Answer answer = Generate(*model_, request, {});
      EXPECT_EQ(answer.plan, "");
      for (const base::Image& other : pictures) EXPECT_FALSE(other == answer.picture) << rescale << heun;
      pictures.push_back(answer.picture);
    }
}

TEST_F(GenerateTest, AnUnseenPictureLeavesNoTraceInTheNarrative) {
  GenerateRequest request = Request();
  request.plan = "bus: red, large";
  request.options.temperature = 1;
  const auto narratives = [&](Scope scope) {
    request.scope = scope;
    std::vector<std::string> texts;
    for (int steps : {1, 4, 7}) {
      request.options.steps = steps;
      texts.push_back(Generate(*model_, request, {}).narrative);
    }
    return std::set<std::string>(texts.begin(), texts.end());
  };
  EXPECT_EQ(narratives(Scope::kPictureUnseen).size(), 1u);
  EXPECT_EQ(narratives(Scope::kPictureUnseen), narratives(Scope::kWithoutPicture));
  EXPECT_GT(narratives(Scope::kWhole).size(), 1u);
}

TEST_F(GenerateTest, PartsOfAnAnswerAreThoseOfTheWhole) {
  GenerateRequest request = Request();
  const Answer whole = Generate(*model_, request, {});
  request.scope = Scope::kPictureUnseen;
  const Answer unseen = Generate(*model_, request, {});
  EXPECT_EQ(unseen.plan, whole.plan);
  EXPECT_EQ(unseen.picture, whole.picture);
  request.scope = Scope::kWithoutNarrative;
  const Answer drawn = Generate(*model_, request, {});
  EXPECT_EQ(drawn.plan, whole.plan);
  EXPECT_EQ(drawn.picture, whole.picture);
  EXPECT_EQ(drawn.narrative, "");
  request.scope = Scope::kWithoutPicture;
  const Answer written = Generate(*model_, request, {});
  EXPECT_EQ(written.plan, whole.plan);
  EXPECT_EQ(written.picture, base::Image{});
  EXPECT_EQ(written.narrative, unseen.narrative);
}

TEST_F(GenerateTest, RefusesBadRequestsAndSaysWhatIsWrong) {
  GenerateRequest request = Request();
  request.prompt = " \n";
  EXPECT_THAT(ErrorOf(request), HasSubstr("[prompt] it is empty."));
  request = Request();
  for (int i = 0; i < 600; ++i) request.prompt += " bus";
  EXPECT_THAT(ErrorOf(request), HasSubstr("the limit is 488"));
  request = Request();
  request.plan = request.prompt;
  for (int i = 0; i < 600; ++i) *request.plan += " bus";
  EXPECT_THAT(ErrorOf(request), HasSubstr("[plan]"));
  request = Request();
  request.options.width = 33;
  EXPECT_THAT(ErrorOf(request), HasSubstr("33 x 24"));
  request.options.width = 1 << 30;
  EXPECT_THAT(ErrorOf(request), HasSubstr("a whole number from 1 to 8192"));
  request.options.width = request.options.height = 8192;
  EXPECT_THAT(ErrorOf(request), HasSubstr("of at most 65536 tokens"));
  request = Request();
  request.options.steps = 0;
  EXPECT_THAT(ErrorOf(request), HasSubstr("steps"));
  request = Request();
  request.options.guidance = NAN;
  EXPECT_THAT(ErrorOf(request), HasSubstr("guidance"));
  request = Request();
  request.options.guidance_rescale = "loud";
  EXPECT_THAT(ErrorOf(request), HasSubstr("loud"));
  request = Request();
  request.options.top_p = 0;
  EXPECT_THAT(ErrorOf(request), HasSubstr("top_p is 0"));
}

TEST_F(GenerateTest, StopsWhenAsked) {
  int polls = 0;
  Listener listener;
  listener.cancelled = [&] { return ++polls == 9; };
  EXPECT_THROW(Generate(*model_, Request(), listener), base::Cancelled);
}

base::Image Stripes(int width, int height) {
  base::Image picture{width, height, std::vector<uint8_t>(static_cast<size_t>(width * height) * 3)};
  for (size_t i = 0; i < picture.rgb.size(); ++i) picture.rgb[i] = static_cast<uint8_t>(i * 37);
  return picture;
}

TEST_F(GenerateTest, LooksAtPicturesOfAnySize) {
  for (const base::Image& picture : {Stripes(32, 24), Stripes(1, 1), Stripes(100, 7), Stripes(301, 499)}) {
    PictureLook look(*model_, picture);
    const std::string text = look.Describe(text::Language::kEnglish, {});
    EXPECT_EQ(text, look.Describe(text::Language::kEnglish, {}));
    look.Ask("what?", {});
    look.Where("bus", text::Language::kChinese);
  }
  EXPECT_THROW(PictureLook(*model_, base::Image{}), base::Error);
  EXPECT_THROW(PictureLook(*model_, Stripes(1000, 1)), base::Error);
}

TEST_F(GenerateTest, ClaimsAreCheckedTogetherAsApart) {
  PictureLook look(*model_, Stripes(32, 24));
  const std::vector<std::string> claims = {"the bus is blue", "no", "a starry night"};
  const std::vector<double> together = look.Check(claims, text::Language::kEnglish);
  ASSERT_EQ(together.size(), 3u);
  for (size_t i = 0; i < claims.size(); ++i) {
    EXPECT_GT(together[i], 0);
    EXPECT_LT(together[i], 1);
    // oneDNN's float32 products sum in an order that depends on how many rows they have.
    const double error = kernels::FastestFormat() == kernels::NumberFormat::kFloat32 ? 1e-6 : 0;
    EXPECT_NEAR(look.Check({claims[i]}, text::Language::kEnglish).at(0), together[i], error);
  }
  EXPECT_TRUE(look.Check({}, text::Language::kEnglish).empty());
}

TEST_F(GenerateTest, RefusesTextsThatAreTooLongToReadOrCheck) {
  PictureLook look(*model_, Stripes(32, 24));
  std::string text;
  for (int i = 0; i < 600; ++i) text += " bus";
  EXPECT_THROW(look.Check({"no", text}, text::Language::kEnglish), base::Error);
  EXPECT_THROW(look.Ask(text, {}), base::Error);
  EXPECT_THROW(look.Where(text, text::Language::kEnglish), base::Error);
  EXPECT_THROW(ReadFacts(*model_, text), base::Error);
}

TEST_F(GenerateTest, ManyClaimsGoInSeveralPasses) {
  PictureLook look(*model_, Stripes(32, 24));
  std::vector<std::string> claims;
  for (int i = 0; i < 150; ++i) claims.push_back(i % 2 == 0 ? "the bus is blue" : "no");
  const std::vector<double> all = look.Check(claims, text::Language::kEnglish);
  ASSERT_EQ(all.size(), claims.size());
  for (size_t i = 2; i < all.size(); ++i) EXPECT_EQ(all[i], all[i - 2]);
}

TEST_F(GenerateTest, ReadsFacts) { EXPECT_EQ(ReadFacts(*model_, "a bus"), ReadFacts(*model_, "a bus")); }

TEST_F(GenerateTest, LoadRefusesAFolderThatDoesNotFitItself) {
  EXPECT_THROW(Model::Load(*folder_ / "absent"), base::Error);
  const base::TemporaryFolder temporary;
  const std::filesystem::path broken = temporary / "broken";
  const auto reset = [&] {
    std::filesystem::remove_all(broken);
    std::filesystem::copy(folder_->path(), broken);
  };
  const auto message = [&] {
    try {
      Model::Load(broken);
    } catch (const base::Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  reset();
  EXPECT_EQ(message(), "no error");
  model::ModelConfig config = model::LoadConfig(folder_->path());
  config.feed_forward = 97;
  base::WriteFileAtomically(broken / "config.json", model::WriteConfig(config));
  EXPECT_THAT(message(), HasSubstr("mlp.gate_proj.weight"));
  config = model::LoadConfig(folder_->path());
  config.layers = 1;
  base::WriteFileAtomically(broken / "config.json", model::WriteConfig(config));
  EXPECT_THAT(message(), HasSubstr("layers.1"));
  config.layers = 3;
  base::WriteFileAtomically(broken / "config.json", model::WriteConfig(config));
  EXPECT_THAT(message(), HasSubstr("no tensor"));
  reset();
  config = model::LoadConfig(folder_->path());
  config.vocabulary = 100;
  base::WriteFileAtomically(broken / "config.json", model::WriteConfig(config));
  WriteTinyWeights(broken, config);
  EXPECT_THAT(message(), HasSubstr("the embedding 100"));
  reset();
  std::filesystem::resize_file(broken / "model.safetensors",
                               std::filesystem::file_size(broken / "model.safetensors") - 1);
  EXPECT_THAT(message(), HasSubstr("truncated"));
  std::filesystem::remove(broken / "model.safetensors");
  EXPECT_THAT(message(), HasSubstr("model.safetensors"));
}

TEST_F(GenerateTest, APlanGoesOnFromItsBeginning) {
  GenerateRequest request = Request();
  request.plan_start = "bus: red,";
  const std::string plan = MakePlan(*model_, request, {}).text;
  EXPECT_TRUE(plan.starts_with("bus: red,")) << plan;
  EXPECT_GT(plan.size(), request.plan_start.size());
  request.plan_start = "bus: blue,";
  EXPECT_NE(MakePlan(*model_, request, {}).text.substr(10), plan.substr(9));
}

TEST_F(GenerateTest, AReviewerPutsAnotherPlanInPlaceOfTheFirst) {
  GenerateRequest request = Request();
  std::string first;
  request.review_plan = [&first](const std::string& plan) {
    first = plan;
    return std::optional<std::string>("bus: red, large");
  };
  const Answer reviewed = Generate(*model_, request, {});
  EXPECT_TRUE(reviewed.plan_replaced);
  EXPECT_EQ(first, Generate(*model_, Request(), {}).plan);
  GenerateRequest given = Request();
  given.plan = "bus: red, large";
  EXPECT_TRUE(Same(reviewed, Generate(*model_, given, {})));
  request.review_plan = [](const std::string&) { return std::nullopt; };
  const Answer left = Generate(*model_, request, {});
  EXPECT_FALSE(left.plan_replaced);
  EXPECT_TRUE(Same(left, Generate(*model_, Request(), {})));
}

TEST_F(GenerateTest, OnlyRegionsOfAKnownPictureAreDrawnAgain) {
  const Answer first = Generate(*model_, Request(), {});
  GenerateRequest request = Request();
  request.plan = "bus: red";
  request.seed = 9;
  request.known = KnownPicture{.picture = first.picture, .redrawn = {{.left = 0.5, .top = 0, .right = 1, .bottom = 1}}};
  const Answer again = Generate(*model_, request, {});
  int changed = 0;
  for (size_t i = 0; i < first.picture.rgb.size(); ++i) {
    const bool kept = i / 3 % 32 < 16;
    if (kept)
      ASSERT_EQ(again.picture.rgb[i], first.picture.rgb[i]) << i;
    else
      changed += again.picture.rgb[i] != first.picture.rgb[i];
  }
  EXPECT_GT(changed, 100);
}

TEST_F(GenerateTest, AKnownPictureWithoutRegionsIsToldOf) {
  const Answer first = Generate(*model_, Request(), {});
  GenerateRequest request = Request();
  request.plan = first.plan;
  request.known = KnownPicture{.picture = first.picture};
  request.narrative_start = "A blue";
  const Answer again = Generate(*model_, request, {});
  EXPECT_EQ(again.picture, first.picture);
  EXPECT_TRUE(again.narrative.starts_with("A blue")) << again.narrative;
  request.known->picture.width = 16;
  EXPECT_THAT(ErrorOf(request), HasSubstr("finished picture"));
}

TEST_F(GenerateTest, ANarrativeIsInTheLanguageThatIsAskedForWhateverThePromptsScript) {
  for (uint64_t seed = 0; seed < 4; ++seed) {
    GenerateRequest request = Request();
    request.prompt = "синий автобус";
    request.seed = seed;
    request.options.temperature = 1.5;
    for (const text::Language language : {text::Language::kEnglish, text::Language::kChinese}) {
      request.language = language;
      const std::string narrative = Generate(*model_, request, {}).narrative;
      for (const text::Character& character : text::CharactersOf(narrative)) {
        const bool latin = character.bytes.size() == 1 && std::isalpha(static_cast<unsigned char>(character.bytes[0]));
        EXPECT_FALSE(language == text::Language::kEnglish ? text::IsHan(character.code) : latin) << narrative;
      }
    }
  }
}

TEST_F(GenerateTest, NumbersThatAreNotFiniteAreOneError) {
  const base::TemporaryFolder folder;
  for (const char* name : {"model.norm.weight", "fm_modules.fm_head"}) {
    std::filesystem::remove_all(folder.path());
    WriteTinyModel(folder.path());
    std::string weights = base::ReadFile(folder.path() / "model.safetensors");
    uint64_t header = 0;
    std::memcpy(&header, weights.data(), sizeof(header));
    const size_t at = weights.find(name), offsets = weights.find("data_offsets\":[", at);
    ASSERT_NE(at, weights.npos) << name;
    const size_t first = 8 + header + std::stoul(weights.substr(offsets + 15));
    const float nan = std::numeric_limits<float>::quiet_NaN();
    std::memcpy(weights.data() + first, &nan, sizeof(nan));
    base::WriteFileAtomically(folder.path() / "model.safetensors", weights);
    const Model damaged = Model::Load(folder.path());
    try {
      Generate(damaged, Request(), {});
      ADD_FAILURE() << name;
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("not finite")) << name;
    }
  }
}

}  // namespace
}  // namespace diptych::engine
