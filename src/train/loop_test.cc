#include "train/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include "base/error.h"
#include "base/split.h"
#include "base/temporary_folder.h"
#include "data/corpus.h"
#include "data/source.h"
#include "engine/generate.h"
#include "engine/tiny_model_for_test.h"
#include "text/tokenizer_training.h"
#include "train/run_lock.h"

namespace diptych::train {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int64_t kSteps = 6;

class LoopTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    model_ = std::make_unique<base::TemporaryFolder>();
    engine::WriteTinyModel(model_->path());
    lexicon_ = std::make_unique<base::TemporaryFolder>();
    data::WriteLexicon(*data::OpenSource({.words = Words(), .mix = {}}), lexicon_->path());
  }
  static void TearDownTestSuite() {
    model_.reset();
    lexicon_.reset();
  }
  static fs::path Words() { return fs::path(DIPTYCH_SOURCE_DIR) / "src/world/words"; }

  // A small run in a folder of its own, empty at first.
  TrainingOptions Options(const std::string& name) const {
    TrainingOptions options;
    options.run = folder_ / name;
    fs::remove_all(options.run);
    options.model = model_->path();
    options.words = Words();
    options.steps = kSteps;
    options.batch = 2;
    options.size = 32;
    options.warm_up = 2;
    options.mix.copies = 2;
    options.probe_every = 2;
    options.log_every = 1;
    options.sample_minutes = 0;
    options.threads = 2;
    return options;
  }
  // Trains until `step`, as a user would who stops there. The run gets its lexicon from here: making one takes seconds.
  static void TrainUntil(const TrainingOptions& options, int64_t step) {
    fs::create_directories(options.run);
    for (const char* name : {"lexicon.tsv", "vocabulary.txt"})
      if (!fs::exists(options.run / name)) base::CopyFileAtomically(*lexicon_ / name, options.run / name);
    int64_t done = -1;  // of the steps in this call; polled before each
    int64_t first = 0;
    Train(options, {.on_line =
                        [&](const std::string& line) {
                          if (line.starts_with("resumed")) first = StepOf(line);
                        },
                    .stop = [&] { return first + ++done >= step; }});
  }
  static int64_t StepOf(const std::string& path) { return std::stoll(path.substr(path.rfind('/') + 1)); }
  static fs::path CheckpointAt(const TrainingOptions& options, int64_t step) {
    char name[40];
    std::snprintf(name, sizeof(name), "%09lld.safetensors", static_cast<long long>(step));
    return options.run / "checkpoints" / name;
  }
  static std::string ErrorOf(const TrainingOptions& options) {
    try {
      Train(options, {.on_line = [](const std::string&) {}, .stop = [] { return false; }});
    } catch (const base::Error& error) {
      return error.what();
    }
    return "no error";
  }

  const base::TemporaryFolder folder_;
  static inline std::unique_ptr<base::TemporaryFolder> model_, lexicon_;
};

// Everything but the time it took.
void ExpectSameCheckpoints(const fs::path& a, const fs::path& b) {
  const model::SafetensorsFile first(a), second(b);
  ASSERT_EQ(first.tensors().size(), second.tensors().size());
  for (const auto& [name, tensor] : first.tensors()) {
    const model::TensorView& other = second.Get(name);
    EXPECT_TRUE(std::equal(tensor.bytes.begin(), tensor.bytes.end(), other.bytes.begin(), other.bytes.end())) << name;
  }
  for (const auto& [key, value] : first.metadata())
    if (key != "seconds") {
      EXPECT_EQ(value, second.metadata().at(key)) << key;
    }
}

TEST_F(LoopTest, StoppingAndResumingChangesNothing) {
  for (balance::BalanceMode balance : {balance::BalanceMode::kFixed, balance::BalanceMode::kNorm}) {
    TrainingOptions through = Options("through"), apart = Options("apart");
    through.balance = apart.balance = balance;
    TrainUntil(through, kSteps);
    TrainUntil(apart, 3);
    ASSERT_TRUE(fs::exists(CheckpointAt(apart, 3)));
    TrainUntil(apart, kSteps);
    ExpectSameCheckpoints(CheckpointAt(through, kSteps), CheckpointAt(apart, kSteps));
  }
}

TEST_F(LoopTest, TheSeedDecidesTheRun) {
  TrainingOptions one = Options("seed_one"), other = Options("seed_other");
  other.seed = 2;
  TrainUntil(one, 2);
  TrainUntil(other, 2);
  const model::SafetensorsFile a(CheckpointAt(one, 2)), b(CheckpointAt(other, 2));
  const std::string name = "weight.language_model.model.embed_tokens.weight";
  EXPECT_FALSE(std::ranges::equal(a.Get(name).bytes, b.Get(name).bytes));
  EXPECT_EQ(a.metadata().at("seed"), "1");
  EXPECT_EQ(b.metadata().at("seed"), "2");
}

TEST_F(LoopTest, TheLossesFall) {
  TrainingOptions options = Options("falls");
  options.steps = 30;
  options.batch = 4;
  TrainUntil(options, 30);
  std::istringstream log(base::ReadFile(options.run / "log.csv"));
  std::vector<double> picture, text;
  std::string line;
  std::getline(log, line);
  EXPECT_THAT(line,
              HasSubstr("step,samples,seconds,rate,picture,text,plan,narrative,describe,question,claim,where,facts,"
                        "seen_plan,claim_accuracy,"));
  while (std::getline(log, line)) {
    std::vector<double> values;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) values.push_back(std::stod(cell));
    picture.push_back(values.at(4));
    text.push_back(values.at(5));
  }
  ASSERT_EQ(text.size(), 30u);
  EXPECT_LT(text.back(), 0.8 * text.front());
  EXPECT_LT(picture.back(), 0.9 * picture.front());
}

// Names of the weights and their EMAs that differ between two checkpoints.
std::set<std::string> Changed(const fs::path& first, const fs::path& last) {
  std::set<std::string> changed;
  const model::SafetensorsFile before(first), after(last);
  for (const auto& [name, tensor] : before.tensors())
    if ((name.starts_with("weight.") || name.starts_with("average.")) &&
        !std::ranges::equal(tensor.bytes, after.Get(name).bytes))
      changed.insert(name);
  return changed;
}

// Training pictures alone, or texts alone, leaves the weights of the other tower bit for bit as they are.
TEST_F(LoopTest, PicturesAloneAndTextsAloneChangeTheirTowerAlone) {
  enum class Stage { kPictures, kTexts, kTextsWithNothingToLookAt };
  for (const Stage stage : {Stage::kPictures, Stage::kTexts, Stage::kTextsWithNothingToLookAt})
    for (const bool float32 : {false, true}) {
      const bool pictures = stage == Stage::kPictures;
      TrainingOptions options = Options("one_tower");
      options.mix.pictures_only = pictures;
      options.mix.plans = 2;
      if (!pictures) options.mix.copies = options.mix.unconditional_percent = 0;
      if (stage == Stage::kTextsWithNothingToLookAt) {
        options.mix.look_percent = options.mix.extra_looks = 0;
        options.mix.blind = true;
      }
      options.start = model_->path();
      options.float32 = float32;
      options.keep = 2;
      TrainUntil(options, 0);
      TrainUntil(options, 3);
      const std::set<std::string> changed = Changed(CheckpointAt(options, 0), CheckpointAt(options, 3));
      for (const std::string& name : changed)
        EXPECT_EQ(model::IsGeneration(name.substr(name.find('.') + 1)), pictures) << name;
      const std::string matrix =
          "language_model.model.layers.0.self_attn.q_proj" + std::string(pictures ? "_mot_gen" : "");
      EXPECT_TRUE(changed.contains("weight." + matrix + ".weight"));
      EXPECT_TRUE(changed.contains("average." + matrix + ".weight"));
    }
}

TEST_F(LoopTest, KeepsTheNewestCheckpoints) {
  TrainingOptions options = Options("keeps");
  options.save_minutes = 0;
  options.keep = 2;
  TrainUntil(options, 4);
  EXPECT_FALSE(fs::exists(CheckpointAt(options, 2)));
  EXPECT_TRUE(fs::exists(CheckpointAt(options, 3)));
  EXPECT_TRUE(fs::exists(CheckpointAt(options, 4)));
}

// Copies that a person keeps beside the checkpoints, under names that sort before and behind them.
TEST_F(LoopTest, OnlyFilesNamedByAStepAreResumedFromAndRemoved) {
  TrainingOptions options = Options("copies");
  options.save_minutes = 0;
  options.keep = 2;
  TrainUntil(options, 2);
  std::vector<fs::path> copies;
  for (const char* name : {"000000001-keep.safetensors", "1.safetensors", "best.safetensors", "release.safetensors"}) {
    copies.push_back(options.run / "checkpoints" / name);
    fs::copy_file(CheckpointAt(options, 1), copies.back());
  }
  fs::create_directory(CheckpointAt(options, 900));
  TrainUntil(options, 5);
  for (const fs::path& copy : copies) EXPECT_TRUE(fs::exists(copy)) << copy;
  EXPECT_FALSE(fs::exists(CheckpointAt(options, 3)));
  EXPECT_TRUE(fs::exists(CheckpointAt(options, 4)));
  EXPECT_TRUE(fs::exists(CheckpointAt(options, 5)));
}

TEST_F(LoopTest, ARenamedCheckpointIsRefused) {
  const TrainingOptions options = Options("renamed");
  TrainUntil(options, 2);
  fs::copy_file(CheckpointAt(options, 2), CheckpointAt(options, 9));
  const std::string error = ErrorOf(options);
  EXPECT_THAT(error, HasSubstr("named by step 9 and holds step 2"));
  EXPECT_THAT(error, HasSubstr("resumes from " + CheckpointAt(options, 2).string()));
}

TEST_F(LoopTest, PartsThatAKilledProcessLeftAreRemoved) {
  const TrainingOptions options = Options("parts");
  TrainUntil(options, 1);
  const fs::path part = CheckpointAt(options, 2).string() + ".aB3xYz.tmp",
                 mine = options.run / "checkpoints" / "notes.tmp";
  for (const fs::path& path : {part, mine}) base::WriteFileAtomically(path, "x");
  TrainUntil(options, 2);
  EXPECT_FALSE(fs::exists(part));
  EXPECT_TRUE(fs::exists(mine));
}

TEST_F(LoopTest, ARunIsTrainedByOneProcessAtATime) {
  const TrainingOptions options = Options("locked");
  {
    const RunLock other(options.run);
    EXPECT_THAT(ErrorOf(options), HasSubstr("another process trains in " + options.run.string() + ": process "));
    EXPECT_FALSE(fs::exists(options.run / "log.csv"));
  }
  EXPECT_FALSE(fs::exists(options.run / "lock"));
  base::WriteFileAtomically(options.run / "lock", "process 1\n");  // of one that was killed
  TrainUntil(options, 1);
  EXPECT_TRUE(fs::exists(CheckpointAt(options, 1)));
}

// The first column of a table, behind its header.
std::vector<std::string> StepsIn(const fs::path& table) {
  std::istringstream lines(base::ReadFile(table));
  std::vector<std::string> steps;
  for (std::string line; std::getline(lines, line);) steps.push_back(line.substr(0, line.find(',')));
  if (!steps.empty()) steps.erase(steps.begin());
  return steps;
}

// A process that was killed two steps behind its checkpoint, the last of them within a line.
TEST_F(LoopTest, AResumedRunLogsEachStepOnce) {
  TrainingOptions options = Options("killed");
  options.save_minutes = 0;
  options.keep = 9;
  options.probe_every = 1;
  TrainUntil(options, 4);
  for (int64_t step : {3, 4}) fs::remove(CheckpointAt(options, step));
  for (const char* name : {"log.csv", "log.jsonl"})
    fs::resize_file(options.run / name, fs::file_size(options.run / name) - 20);
  TrainUntil(options, 5);
  EXPECT_THAT(StepsIn(options.run / "log.csv"), testing::ElementsAre("1", "2", "3", "4", "5"));
  const std::vector<std::string> probed = StepsIn(options.run / "interference.csv");
  EXPECT_EQ(std::set<std::string>(probed.begin(), probed.end()).size(), 5u);
  EXPECT_EQ(probed.size() % 5, 0u);
  EXPECT_TRUE(std::is_sorted(probed.begin(), probed.end()));
  const std::string lines = base::ReadFile(options.run / "log.jsonl");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 5);
}

TEST_F(LoopTest, RefusesATruncatedCheckpoint) {
  const TrainingOptions options = Options("truncated");
  TrainUntil(options, 2);
  const fs::path checkpoint = CheckpointAt(options, 2);
  fs::resize_file(checkpoint, fs::file_size(checkpoint) - 100);
  EXPECT_THAT(ErrorOf(options), HasSubstr(checkpoint.string()));
}

// Replaces what stands behind an entry's name and quotes in a checkpoint's header by something as long.
void Overwrite(const fs::path& checkpoint, const std::string& entry, const std::string& value) {
  std::string bytes = base::ReadFile(checkpoint);
  const std::string start = "\"" + entry + "\":\"";
  const size_t at = bytes.find(start);
  ASSERT_NE(at, bytes.npos);
  bytes.replace(at + start.size(), value.size(), value);
  fs::remove(checkpoint);
  base::WriteFileAtomically(checkpoint, bytes);
}

TEST_F(LoopTest, NamesADamagedEntryOfACheckpoint) {
  const TrainingOptions options = Options("damaged");
  TrainUntil(options, 1);
  const std::string sound = base::ReadFile(CheckpointAt(options, 1));
  for (const auto& [entry, value] : {std::pair<std::string, std::string>{"step", "x"},
                                     {"samples", "-"},
                                     {"seed", " "},
                                     {"seconds", "n"},
                                     {"text_weight", "-"},
                                     {"picture_weight", "e"}}) {
    base::WriteFileAtomically(CheckpointAt(options, 1), sound);
    Overwrite(CheckpointAt(options, 1), entry, value);
    const std::string error = ErrorOf(options);
    EXPECT_THAT(error, HasSubstr(CheckpointAt(options, 1).string() + ": the entry '" + entry + "' is \"" + value));
    EXPECT_THAT(error, testing::Not(HasSubstr("resumes from")));
  }
}

TEST_F(LoopTest, NamesTheNewestOlderCheckpointThatIsSound) {
  TrainingOptions options = Options("older");
  options.save_minutes = 0;
  options.keep = 4;
  TrainUntil(options, 4);
  fs::resize_file(CheckpointAt(options, 4), 1000);
  Overwrite(CheckpointAt(options, 3), "step", "x");
  const std::string error = ErrorOf(options);
  EXPECT_THAT(error, HasSubstr("[checkpoint] " + CheckpointAt(options, 4).string()));
  EXPECT_THAT(error, HasSubstr("resumes from " + CheckpointAt(options, 2).string() + ", which is sound"));
  fs::resize_file(CheckpointAt(options, 2), 1000);
  fs::resize_file(CheckpointAt(options, 1), 1000);
  EXPECT_THAT(ErrorOf(options), testing::Not(HasSubstr("resumes from")));
}

TEST_F(LoopTest, RefusesACheckpointOfAnotherModel) {
  const TrainingOptions options = Options("other_model");
  TrainUntil(options, 2);
  TrainingOptions other = options;
  other.model = folder_ / "model_of_another_shape";
  engine::WriteTinyModel(other.model);
  model::ModelConfig config = model::LoadConfig(other.model);
  config.feed_forward += 8;
  base::WriteFileAtomically(other.model / "config.json", model::WriteConfig(config));
  EXPECT_THAT(ErrorOf(other), HasSubstr("another shape"));
}

TEST_F(LoopTest, RefusesVariantsThatItDoesNotTrainBeforeAnythingStarts) {
  TrainingOptions options = Options("variants");
  options.model = folder_ / "model";
  engine::WriteTinyModel(options.model);
  const model::ModelConfig plain = model::LoadConfig(options.model);
  model::ModelConfig mixture = plain, convolution = plain;
  mixture.experts = {model::ExpertSizes{.count = 4, .used = 2, .width = 32},
                     model::ExpertSizes{.count = 4, .used = 2, .width = 32}};
  convolution.patch = 16;
  convolution.conv_head = true;
  for (const auto& [config, what] : {std::pair{mixture, "4 experts"}, std::pair{convolution, "use_pixel_head"}}) {
    base::WriteFileAtomically(options.model / "config.json", model::WriteConfig(config));
    EXPECT_THAT(ErrorOf(options), HasSubstr(what));
    EXPECT_FALSE(fs::exists(options.run)) << what;
  }
}

// Writes a NaN into the first tensor of that name.
void Poison(const fs::path& checkpoint, const std::string& name) {
  size_t at = 0;
  {
    const std::string bytes = base::ReadFile(checkpoint);
    const model::SafetensorsFile file(checkpoint);
    const model::TensorView& tensor = file.Get(name);
    const std::string_view needle(reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size());
    at = bytes.find(needle);
    ASSERT_NE(at, bytes.npos);
  }
  const float none = std::numeric_limits<float>::quiet_NaN();
  std::fstream stream(checkpoint, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(at));
  stream.write(reinterpret_cast<const char*>(&none), sizeof(none));
}

TEST_F(LoopTest, StopsAtALossThatIsNoNumber) {
  const TrainingOptions options = Options("nan");
  TrainUntil(options, 3);
  Poison(CheckpointAt(options, 3), "weight.language_model.model.layers.0.self_attn.q_proj.weight");
  const std::string error = ErrorOf(options);
  EXPECT_THAT(error, HasSubstr("at step 3"));
  EXPECT_THAT(error, HasSubstr(CheckpointAt(options, 3).string()));
  EXPECT_FALSE(fs::exists(CheckpointAt(options, 4)));
}

TEST_F(LoopTest, BrokenWeightsDoNotReplaceAGoodCheckpoint) {
  TrainingOptions options = Options("broken_weights");
  TrainUntil(options, 2);
  const std::string before = base::ReadFile(CheckpointAt(options, 2));
  options.optimizer.adam_beta2 = 3;  // the root of a negative number, although the gradients are finite
  options.save_minutes = 0;
  options.keep = 1;
  EXPECT_THAT(ErrorOf(options), HasSubstr("at step 3"));
  EXPECT_EQ(base::ReadFile(CheckpointAt(options, 2)), before);
  EXPECT_FALSE(fs::exists(CheckpointAt(options, 3)));
}

TEST_F(LoopTest, ADryRunTouchesNoFile) {
  const TrainingOptions options = Options("dry");
  const std::string report = DryRun(options);
  EXPECT_THAT(report, HasSubstr("parameters"));
  EXPECT_THAT(report, HasSubstr("MB"));
  EXPECT_FALSE(fs::exists(options.run));
  TrainUntil(options, 2);
  const auto before = fs::last_write_time(options.run / "log.csv");
  const std::string log = base::ReadFile(options.run / "log.csv");
  DryRun(options);
  EXPECT_EQ(fs::last_write_time(options.run / "log.csv"), before);
  EXPECT_EQ(base::ReadFile(options.run / "log.csv"), log);
}

TEST_F(LoopTest, ExportsAModelFolderThatTheEngineAnswersWith) {
  TrainingOptions options = Options("export");
  options.steps = 2;
  Train(options, {.on_line = [](const std::string&) {}, .stop = [] { return false; }});
  const fs::path folder = options.run / "exported";
  ExportEma(options, folder);
  const engine::Model model = engine::Model::Load(folder);
  EXPECT_THAT(base::ReadFile(folder / "lexicon.tsv"),
              HasSubstr("\nlighthouse\tkind\tlighthouse\n"));  // which the model it began from has not
  EXPECT_THAT(base::ReadFile(folder / "vocabulary.txt"), HasSubstr("lighthouse"));
  EXPECT_EQ(model.generation().width, 32);
  EXPECT_TRUE(model.generation().plan);
  engine::GenerateRequest request{.prompt = "a bus", .plan = {}, .options = model.generation()};
  request.options.max_new_tokens = 3;
  EXPECT_EQ(engine::Generate(model, request, {}).picture.width, 32);
}

TEST_F(LoopTest, PromptsAreSpeltAsTheModelsFolderSays) {
  const fs::path model = folder_ / "model", generation = model / "generation_config.json";
  engine::WriteTinyModel(model);
  TrainingOptions options = Options("spelling");
  options.model = model;
  options.mix.chinese_percent = 0;
  const auto text_loss = [&] {  // of the third step: new layers pass nothing on at first
    fs::remove_all(options.run);
    TrainUntil(options, 3);
    std::ifstream log(options.run / "log.csv");
    std::string names, values;
    std::getline(log, names);
    for (std::string line; std::getline(log, line);) values = line;
    const std::vector<std::string_view> columns = base::Split(names, ',');
    const auto at = std::ranges::find(columns, "text") - columns.begin();
    return std::stod(std::string(base::Split(values, ',').at(static_cast<size_t>(at))));
  };
  const auto text_loss_with = [&](bool mid_sentence) {
    model::GenerationConfig config = model::LoadGenerationConfig(model);
    config.mid_sentence = mid_sentence;
    base::WriteFileAtomically(generation, model::WriteGenerationConfig(config));
    return text_loss();
  };
  const double plain = text_loss_with(false), spelt = text_loss_with(true);
  EXPECT_NE(plain, spelt);
  fs::remove(generation);
  EXPECT_EQ(text_loss(), spelt);  // as a model of this repository
  ExportEma(options, folder_ / "exported");
  EXPECT_TRUE(model::LoadGenerationConfig(folder_ / "exported").mid_sentence);
}

TEST_F(LoopTest, ANewRunMayStartFromAModelsWeights) {
  const TrainingOptions first = Options("start_first");
  TrainUntil(first, 2);
  TrainingOptions second = Options("start_second");
  second.start = first.run / "exported";
  ExportEma(first, second.start);
  TrainUntil(second, 0);
  const model::SafetensorsFile model(second.start / "model.safetensors"), checkpoint(CheckpointAt(second, 0));
  for (const auto& [name, tensor] : model.tensors())
    EXPECT_EQ(model::ToFloat(tensor), model::ToFloat(checkpoint.Get("weight." + name))) << name;
}

// A head that begins to see pixels, and with more inner rows, predicts at first what the old one did.
TEST_F(LoopTest, StartsWithANarrowerHead) {
  TrainingOptions options = Options("wider_head");
  options.start = model_->path();
  options.model = options.run / "model";
  fs::create_directories(options.run);
  fs::copy(model_->path(), options.model);
  model::ModelConfig config = model::LoadConfig(model_->path());
  const auto inner = static_cast<size_t>(config.head_hidden), hidden = static_cast<size_t>(config.hidden);
  config.head_hidden += 16;
  config.head_sees_pixels = true;
  base::WriteFileAtomically(options.model / "config.json", model::WriteConfig(config));
  TrainUntil(options, 0);

  const model::SafetensorsFile before(*model_ / "model.safetensors"), after(CheckpointAt(options, 0));
  const auto old_of = [&](const char* name) {
    return model::ToFloat(before.Get(std::string("fm_modules.fm_head.") + name));
  };
  const auto new_of = [&](const char* name) {
    return model::ToFloat(after.Get(std::string("weight.fm_modules.fm_head.") + name));
  };
  const auto inputs = static_cast<size_t>(config.head_inputs()), wide = static_cast<size_t>(config.head_hidden);
  const std::vector<float> first = old_of("0.weight"), first_now = new_of("0.weight"), second = old_of("2.weight"),
                           second_now = new_of("2.weight");
  for (size_t row = 0; row < inner; ++row)
    for (size_t i = 0; i < inputs; ++i)
      ASSERT_EQ(first_now[row * inputs + i], i < hidden ? first[row * hidden + i] : 0) << row << " " << i;
  EXPECT_NE(first_now[inner * inputs], 0);
  for (size_t row = 0; row < static_cast<size_t>(config.picture_values()); ++row)
    for (size_t i = 0; i < wide; ++i)
      ASSERT_EQ(second_now[row * wide + i], i < inner ? second[row * inner + i] : 0) << row << " " << i;
  EXPECT_EQ(old_of("2.bias"), new_of("2.bias"));
}

// The rows of a vocabulary go where the new one has the same token; what the old one writes as several is their mean.
TEST_F(LoopTest, StartsWithTheWordsOfAnotherVocabulary) {
  TrainingOptions options = Options("other_vocabulary");
  options.start = model_->path();
  options.model = options.run / "model";
  fs::create_directories(options.model);
  const std::vector<std::string> texts = {"the bus is a house", "the house is a bus"};
  text::TrainTokenizer(texts, {.vocabulary_size = 300, .special_tokens = data::SpecialTokens()}, options.model);
  const text::Tokenizer old = text::Tokenizer::Load(model_->path()), fresh = text::Tokenizer::Load(options.model);
  model::ModelConfig config = model::LoadConfig(model_->path());
  config.vocabulary = fresh.vocabulary_size();
  base::WriteFileAtomically(options.model / "config.json", model::WriteConfig(config));
  TrainUntil(options, 0);

  const std::string name = "language_model.model.embed_tokens.weight";
  const model::SafetensorsFile before(*model_ / "model.safetensors"), after(CheckpointAt(options, 0));
  const std::vector<float> from = model::ToFloat(before.Get(name)), to = model::ToFloat(after.Get("weight." + name));
  const auto width = static_cast<size_t>(config.hidden);
  const std::string word = " house";  // one token now, several before
  ASSERT_EQ(fresh.Encode(word).size(), 1u);
  const std::vector<int32_t> pieces = old.Encode(word);
  ASSERT_GT(pieces.size(), 1u);
  const int32_t end = *fresh.Find(text::kTurnEnd), old_end = *old.Find(text::kTurnEnd);
  ASSERT_NE(end, old_end);
  for (size_t i = 0; i < width; ++i) {
    float sum = 0;
    for (int32_t piece : pieces) sum += from[static_cast<size_t>(piece) * width + i];
    EXPECT_NEAR(to[static_cast<size_t>(fresh.Encode(word)[0]) * width + i], sum / static_cast<float>(pieces.size()),
                1e-6);
    EXPECT_EQ(to[static_cast<size_t>(end) * width + i], from[static_cast<size_t>(old_end) * width + i]);
  }
}

TEST_F(LoopTest, SamplesAtTheEndWithTexts) {
  TrainingOptions options = Options("samples");
  options.steps = 2;
  options.sample_minutes = 60;
  TrainUntil(options, 2);
  EXPECT_TRUE(fs::exists(options.run / "samples/000000002.png"));
  EXPECT_TRUE(fs::exists(options.run / "samples/000000002-answers.png"));
  const std::string text = base::ReadFile(options.run / "samples/000000002-answers.md");
  EXPECT_THAT(text, HasSubstr("a blue bus driving under a starry night"));
  EXPECT_THAT(text, HasSubstr("熊猫"));
  EXPECT_TRUE(fs::exists(options.run / "curves.png"));
}

TEST_F(LoopTest, RefusesOptionsThatDoNotFit) {
  TrainingOptions options = Options("unfit");
  options.size = 33;
  EXPECT_THAT(ErrorOf(options), HasSubstr("33"));
  options.size = 32;
  options.mix.pictures_only = true;
  options.mix.copies = 0;
  EXPECT_THAT(ErrorOf(options), HasSubstr("nothing to learn"));
  options.mix.copies = 1;
  options.mix.blind = true;
  EXPECT_THAT(ErrorOf(options), HasSubstr("nothing to draw"));
  options.mix = {};
  options.device = "tpu";
  EXPECT_THAT(ErrorOf(options), HasSubstr("tpu"));
}

}  // namespace
}  // namespace diptych::train
