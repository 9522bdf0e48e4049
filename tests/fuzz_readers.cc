// Feeds damaged files to every reader of foreign bytes: fuzz_readers [TARGET] [--seconds N | --rounds N] [--seed N]
// [--corpus FOLDER]. Good samples are written by the program's own writers and then changed, as are the files of
// FOLDER/TARGET: bytes, numbers of the sizes that break length checks, cuts, doubled and exchanged pieces. A reader may
// refuse with Error and nothing else. The random numbers are this program's own, so a finding is repeated by its
// target, seed and round: --round N runs that one.
//
// That is the test, which any compiler builds. Built by Clang with DIPTYCH_LIBFUZZER it is a libFuzzer program instead,
// for one target and guided by coverage: tests/fuzz runs it and keeps what it finds in
// tests/corpus.tar.xz.
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/base64.h"
#include "base/error.h"
#include "base/files.h"
#include "base/picture_file.h"
#include "base/png.h"
#include "base/random.h"
#include "base/round_up.h"
#include "base/temporary_folder.h"
#include "coherence/calibration.h"
#include "coherence/sentences.h"
#include "model/adapter.h"
#include "model/config.h"
#include "model/generation_config.h"
#include "model/gguf.h"
#include "model/small_config_for_test.h"
#include "model/weight_files.h"
#include "plan/fact.h"
#include "plan/plan.h"
#include "plan/text_facts.h"
#include "plan/vocabulary.h"
#include "record/answer_for_test.h"
#include "server/api_error.h"
#include "server/fields.h"
#include "text/conversation.h"
#include "text/tokenizer.h"
#include "text/tokenizer_training.h"
#include "text/unicode.h"
#include "whole_requests.h"
#include "world/catalogue.h"
#include "world/grammar.h"
#include "world/svg_paints.h"

namespace diptych {
namespace {

namespace fs = std::filesystem;

// A file of this content that lives in memory alone; its path is good until the object ends.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content) : file_(memfd_create("fuzz", MFD_CLOEXEC)) {
    if (file_ < 0 || write(file_, content.data(), content.size()) != static_cast<ssize_t>(content.size())) std::abort();
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { close(file_); }
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

// A folder that holds nothing but what a round writes into it; in memory where the system has such a place.
class Folder {
 public:
  Folder() : folder_(fs::exists("/dev/shm") ? "/dev/shm" : fs::temp_directory_path()) {}
  const fs::path& path() const { return folder_.path(); }
  void Write(const char* name, std::string_view content) const {
    std::FILE* file = std::fopen((folder_ / name).c_str(), "wb");
    if (file == nullptr || std::fwrite(content.data(), 1, content.size(), file) != content.size()) std::abort();
    std::fclose(file);
  }

 private:
  base::TemporaryFolder folder_;
};

struct Target {
  const char* name;
  std::vector<std::string> samples;  // good ones
  std::function<void(const std::string& content)> read;
  std::vector<std::string> corpus{};  // good and bad ones
};

volatile unsigned bytes_seen = 0;  // a result of the reads, so that the compiler keeps them

// Every number of every tensor.
void Touch(const std::map<std::string, model::TensorView>& tensors) {
  for (const auto& [name, tensor] : tensors) {
    if (numbers::IsReal(tensor.type)) model::ToFloat(tensor);
    unsigned sum = 0;
    for (std::byte byte : tensor.bytes) sum += static_cast<unsigned>(byte);

    bytes_seen = bytes_seen + sum;
  }
}

std::string SampleSafetensors() {
  const std::vector<model::TensorPlan> plans = {{"m.weight", numbers::DType::kF32, {2, 2}},
                                                {"half", numbers::DType::kBF16, {3}},
                                                {"none", numbers::DType::kU8, {0, 7}},
                                                {"id", numbers::DType::kI64, {1}}};
  return model::SafetensorsHeader(plans, {{"format", "pt"}}) + std::string(30, '\1');
}

std::string SampleAdapter() {
  const std::vector<model::TensorPlan> plans = {{"diffusion_model.m.lora_down.weight", numbers::DType::kF32, {1, 2}},
                                                {"diffusion_model.m.lora_up.weight", numbers::DType::kF32, {2, 1}},
                                                {"m.alpha", numbers::DType::kF32, {}}};
  return model::SafetensorsHeader(plans, {}) + std::string(20, '\1');
}

std::string SampleGguf() {
  std::vector<model::TensorPlan> plans;
  std::string body;
  for (numbers::DType type : {numbers::DType::kF32, numbers::DType::kQ8_0, numbers::DType::kQ4_0, numbers::DType::kQ4_K,
                              numbers::DType::kQ5_K, numbers::DType::kQ6_K, numbers::DType::kF16}) {
    plans.push_back({numbers::NameOf(type), type, {1, 256}});
    body += std::string(*model::SizeOf(type, plans.back().shape), '\x3c');
    body.resize(base::RoundUp(body.size(), model::kGgufAlignment));
  }
  return model::GgufHeader(plans, {{"general.architecture", "neo_chat"}, {"general.name", "sample"}}) + body;
}

std::string SampleConfig(bool mixture) {
  model::ModelConfig c = model::SmallConfigForTest();
  c.vocabulary = 300;
  if (mixture) c.experts = {model::ExpertSizes{4, 2, 32}, model::ExpertSizes{3, 1, 16}};
  if (mixture) c.dense_layers = {1};
  return model::WriteConfig(c);
}

std::string SampleTokenizer(const Folder& folder) {
  text::TokenizerTraining training;
  training.vocabulary_size = 300;
  for (std::string_view token : {text::kTextEnd, text::kTurnStart, text::kTurnEnd, text::kPictureStart})
    training.special_tokens.emplace_back(token);
  const std::vector<std::string> texts = {"a blue bus drives under a starry night", "一辆蓝色的巴士"};
  text::TrainTokenizer(texts, training, folder.path());
  std::string text = base::ReadFile(folder.path() / "tokenizer.json");
  for (const auto& entry : fs::directory_iterator(folder.path())) fs::remove(entry.path());
  return text;
}

// Between two files of a target that reads both.
constexpr std::string_view kNextFile = "\n=== next file ===\n";

std::string SampleVocabulary() {
  std::string tokens;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string spelled = text::SpellBytes(std::string(1, static_cast<char>(byte)));
    const bool escaped = spelled == "\"" || spelled == "\\";
    tokens += std::string("\"") + (escaped ? "\\" : "") + spelled + "\": " + std::to_string(byte) + ", ";
  }
  return "{" + tokens + R"("bu": 256, "bus": 257, "Ġbus": 258})" + std::string(kNextFile) +
         "#version: 0.2\nb u\nbu s\nĠ bus\n" + std::string(kNextFile) +
         R"({"added_tokens_decoder": {"259": {"content": "<img>", "special": true}, "260": {"content": "<think>"}}})";
}

void ReadVocabulary(const Folder& folder, const std::string& content) {
  constexpr std::array kNames = {"vocab.json", "merges.txt", "tokenizer_config.json"};
  size_t first = 0;
  for (const char* name : kNames) {
    const size_t end = std::min(content.find(kNextFile, first), content.size());
    folder.Write(name, std::string_view(content).substr(first, end - first));
    first = std::min(end + kNextFile.size(), content.size());
  }
  const text::Tokenizer tokenizer = text::Tokenizer::Load(folder.path());
  tokenizer.Decode(tokenizer.Encode("a bus <img>, 一辆 \xff"));
}

// A file of words as the world has them, with everything that its form allows.
constexpr const char* kSampleWords =
    "# words\nhour=late: night/dawn\nstart states colour:\n  [hour=night/dawn] *3 It is {a} {hour_word} with "
    "{thing}.\n  {thing}, {thing}!\n\n"
    "hour_word:\n  [hour=night] night\n  [!hour=night] day\n\nthing varied:\n  [count=one] {bus/buses}\n"
    "  [count] {is/are} (one|two {thing2}|)\n  car\n\nthing2:\n  cat\n";

void ReadWords(const Folder& folder, const std::string& content) {
  folder.Write("words.txt", content);
  world::Grammar grammar({.scene = {{"hour", {"day", "night", "dawn"}}},
                          .subject = {{"count", {"one", "two"}}},
                          .statements = {"colour"}});
  grammar.Read(folder.path() / "words.txt");
  grammar.Link();
  base::Random random(1, 0);
  world::Setting setting;
  for (uint8_t hour = 0; hour < 3; ++hour) {
    setting.scene[0] = hour;
    world::Tidy(grammar.Expand(grammar.Find("start"), setting, 0, random).text, /*capitalise=*/true);
  }
}

// Two rows of the catalogue with everything that its form allows.
constexpr const char* kSampleCatalogue =
    "kind\tfamily\ten\tplural\ten_more\tzh\tmeasure\tzh_more\thant\tstands\tcm\tgrounds\tcolours\trecolour\theld\tuse\t"
    "drawings\texaminer\n"
    "fox\tanimal\tfox\tfoxes\tred fox/red "
    "foxes\t狐狸\t只|条\t赤狐\t狐狸\tground\t90\tforest,hills\torange,white\tyes\tno\tride\t"
    "twemoji:fox<@ noto:fox>\temojione:fox\n"
    "tea\tdrink\tcup of tea\tcups of tea\t\t茶\t杯\t\t\tsurface,hand\t10\tkitchen\t\tno\tyes\tdrink\tnoto:tea\t\n";

// A drawing with everything that has a colour.
constexpr const char* kSampleDrawing =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-1 0 36 24.5\"><defs><radialGradient id=\"a\"><stop "
    "offset=\"0\" "
    "stop-color=\"#111111\"/></radialGradient><mask id=\"m\"><circle r=\"1\" fill=\"#ffffff\"/></mask></defs>"
    "<g opacity=\".9\"><path d=\"m0 0h1v1z\" fill=\"#ff0080\" stroke=\"#000000\" stroke-width=\"1\"/></g>"
    "<circle r=\"2\" fill=\"url(#a)\" mask=\"url(#m)\"/></svg>";

// Its colours, exchanged for others, are found again.
void ReadDrawing(const std::string& content) {
  const world::SvgPaints found = world::FindPaints(content, "drawing");
  const std::vector<uint32_t> others(found.paints.size(), 0x123456);
  const world::SvgPaints again = world::FindPaints(world::WithPaints(content, found.paints, others), "drawing");
  if (again.paints.size() != found.paints.size()) std::abort();
  for (const world::SvgPaint& paint : again.paints)
    if (paint.rgb != 0x123456) std::abort();
  world::WithSiteNumbers(content, found, "drawing");
}

// What the words of the plan language mean, with everything that its form allows.
constexpr const char* kSamplePlanWords =
    "subjects: bus, panda\nproperty: hour\nline: hour\nvalues: noon, starry night\nproperty: moon\nline: moon\n"
    "property: phase\nline: moon\nvalues: full, half\nproperty: kind\nproperty: held\nlead in: holding\n"
    "values: umbrella, book\nproperty: relation\nvalues: left of, right of\ninverse: right of, left of";

// What is read is written so that it is read again, and it says its facts as it reads them.
void ReadPlanWords(const std::string& content) {
  const plan::Vocabulary vocabulary = plan::ReadVocabulary(content, "vocabulary");
  if (!(plan::ReadVocabulary(plan::WriteVocabulary(vocabulary), "again") == vocabulary)) std::abort();
  for (const plan::Fact& fact :
       plan::FactsOfLines("hour: noon\nmoon: at 1 2\nbus: holding book, left of panda\n" + content)) {
    const auto typed = vocabulary.Read(fact);
    if (!typed) continue;
    vocabulary.OtherSide(*typed);
    if (!fact.value.empty() && vocabulary.Say(*typed) != fact) std::abort();
  }
}

std::string SamplePicture(base::PictureFormat format) {
  base::Image picture{5, 4, std::vector<uint8_t>(60)};
  for (size_t i = 0; i < picture.rgb.size(); ++i) picture.rgb[i] = static_cast<uint8_t>(i * 4);
  const std::string xmp = "<diptych:Record>{}</diptych:Record>";
  return base::EncodePicture(
      picture, {{"parameters", "a blue bus"}, {"plan", "一辆巴士"}, {std::string(base::kXmpKeyword), xmp}}, format);
}

// What a client may be refused with; the reads must end in nothing else.
void ReadRefusing(const std::function<void()>& read) {
  try {
    read();
  } catch (const server::ApiError& error) {
    throw base::Error("request", server::ErrorJson(error.content()));
  }
}

// Every field in every way.
void ReadFields(const server::Fields& fields) {
  for (const char* name : {"prompt", "n", "seed", "check", "language"}) {
    try {
      fields.Text(name, 100);
      fields.Seed(name);
      fields.Integer(name, -5, 5);
      fields.Switch(name);
      fields.Word(name, {"en", "zh"});
    } catch (const server::ApiError&) {
    }
  }
  for (const model::GenerationOption& option : model::GenerationOptions()) fields.Option(option);
}

void ReadJsonRequest(const std::string& content) {
  ReadRefusing([&] {
    const server::JsonDocument document = server::JsonDocument::Parse(content, {});
    ReadFields(server::Fields(document.top()));
    const auto messages = document.top().Find("messages");
    for (size_t i = 0; messages && messages->IsList() && i < messages->size(); ++i) {
      const auto text = messages->At(i).Find("content");
      if (text && text->AsText() != nullptr) base::BytesOfDataUrl(*text->AsText());
    }
  });
}

void ReadFormRequest(const std::string& content) {
  const size_t end = content.find('\n');
  if (end == std::string::npos) return;
  ReadRefusing([&] {
    const std::string body = content.substr(end + 1);
    ReadFields(server::Fields(server::ParseForm(content.substr(0, end), body, {})));
  });
}

void ReadRequestTarget(const std::string& content) {
  server::HttpRequest request;
  if (!server::ParseTarget(content, &request)) return;
  request.headers["content-type"] = content;
  bytes_seen = bytes_seen + static_cast<unsigned>(request.path.size() + request.ContentType().size());
}

std::vector<Target> MakeTargets(const Folder& folder) {
  const std::string weights = SampleSafetensors();
  const model::GenerationConfig generation;
  const std::string index =
      R"({"metadata":{"total_size":30},"weight_map":{"m.weight":"a.safetensors","half":"a.safetensors",)"
      R"("none":"a.safetensors","id":"a.safetensors"}})";
  return {
      {"safetensors",
       {weights, SampleAdapter()},
       [](const std::string& content) {
         const MemoryFile file(content);
         Touch(model::SafetensorsFile(file.path()).tensors());
       }},
      {"gguf",
       {SampleGguf()},
       [](const std::string& content) {
         const MemoryFile file(content);
         Touch(model::GgufFile(file.path()).tensors());
       }},
      {"index",
       {index},
       [&folder, weights](const std::string& content) {
         folder.Write("a.safetensors", weights);
         folder.Write("model.safetensors.index.json", content);
         Touch(model::WeightFiles(folder.path()).tensors());
       }},
      {"adapter",
       {SampleAdapter()},
       [](const std::string& content) {
         const MemoryFile file(content);
         const model::Adapter adapter(file.path(), {{"m.weight", {}}});
         for (const auto& [name, change] : adapter.changes()) {
           std::vector<float> row(static_cast<size_t>(change.in));
           if (change.in > 0 && change.out > 0) adapter.AddTo(name, change.out - 1, row);
         }
       }},
      {"config",
       {SampleConfig(false), SampleConfig(true)},
       [&folder](const std::string& content) {
         folder.Write("config.json", content);
         model::WriteConfig(model::LoadConfig(folder.path()));
       }},
      {"generation",
       {model::WriteGenerationConfig(generation)},
       [&folder](const std::string& content) {
         folder.Write("generation_config.json", content);
         model::LoadGenerationConfig(folder.path());
       }},
      {"tokenizer",
       {SampleTokenizer(folder)},
       [&folder](const std::string& content) {
         folder.Write("tokenizer.json", content);
         const text::Tokenizer tokenizer = text::Tokenizer::Load(folder.path());
         const std::vector<int32_t> ids = tokenizer.Encode("a blue <img> bus, 一辆 \xff!");
         tokenizer.Decode(ids);
       }},
      {"vocabulary", {SampleVocabulary()}, [&folder](const std::string& content) { ReadVocabulary(folder, content); }},
      {"words", {kSampleWords}, [&folder](const std::string& content) { ReadWords(folder, content); }},
      {"catalogue",
       {kSampleCatalogue},
       [](const std::string& content) {
         const MemoryFile file(content);
         world::LoadCatalogue(file.path());
       }},
      {"drawing", {kSampleDrawing}, ReadDrawing},
      {"lexicon",
       {"車\tfold\t车\nbus\tkind\tbus\njeep\tnear\tbus\nat sunset\thour\tsunset\nno\tdeny\t\nand\tlink\tand\n"},
       [](const std::string& content) {
         const plan::Lexicon lexicon = plan::Lexicon::Parse(content, "lexicon.tsv");
         lexicon.ForModel(content);
         lexicon.Text();
       }},
      {"prompt",
       {"no red bus and a jeep; it isn't at sunset, 一辆公交车都不要"},
       [](const std::string& content) {
         const plan::Vocabulary vocabulary({"bus"}, {{.name = "kind"}, {.name = "colour", .values = {"red"}}});
         const plan::Lexicon lexicon = plan::Lexicon::Parse(
             "bus\tkind\tbus\n公交车\tkind\tbus\nred\tcolour\tred\nno\tdeny\t\n都不要\tdeny\tbefore\nand\tlink\tand\n",
             "l");
         plan::ReadTextFacts(lexicon, vocabulary, content);
         lexicon.ForModel(content);
         coherence::SplitSentences(content);
       }},
      {"calibration",
       {R"({"colour": {"scale": 1, "offset": 0.5, "auc": 0.9, "ece": 0.01, "claims": 10}})"},
       [&folder](const std::string& content) {
         folder.Write("calibration.json", content);
         coherence::Calibration::Load(folder.path());
       }},
      {"record",
       {record::RecordJsonWithCost(record::FullExample()).Line(), record::RecordJson(record::Example()).Lines()},
       [](const std::string& content) {
         record::RecordJsonWithCost(record::ParseRecord(content, "the record")).Lines();
         record::IsSameAnswer(content, "{}");
       }},
      {"png",
       {SamplePicture(base::PictureFormat::kPng)},
       [](const std::string& content) { base::DecodePng(content, "picture"); }},
      {"jpeg",
       {SamplePicture(base::PictureFormat::kJpeg)},
       [](const std::string& content) { base::DecodePicture(content, "picture"); }},
      {"webp",
       {SamplePicture(base::PictureFormat::kWebp)},
       [](const std::string& content) { base::DecodePicture(content, "picture"); }},
      {"plan",
       {"sky: night, stars\nbus: blue, large, box 10 20 60 80\nground: road", "house: at 30 40"},
       [](const std::string& content) {
         plan::FactsOf(plan::ParsePlan(content));
         plan::ParseBox(content);
         plan::FactsOfLines(content);
         plan::ParseFact(content);
       }},
      {"plan_words", {kSamplePlanWords}, ReadPlanWords},
      {"request_json",
       {R"({"prompt":"a \u00e9","n":2,"seed":18446744073709551615,"steps":8,"guidance":2.5,"check":true,"solver":"euler",)"
        R"("messages":[{"role":"user","content":"data:image/png;base64,Zm9v"}],"none":null})"},
       ReadJsonRequest},
      {"request_form",
       {"multipart/form-data; boundary=b\n--b\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\na cat\r\n"
        "--b\r\nContent-Disposition: form-data; name=image; filename=\"a.png\"\r\n\r\nPNG\r\n--b--\r\n"},
       ReadFormRequest},
      {"request_target", {"/api/jobs/a%20b/events?after=3&key=%e8%bd%a6"}, ReadRequestTarget},
      {"request", WholeRequests::Samples(),
       [requests = std::make_shared<const WholeRequests>()](const std::string& content) { requests->Read(content); }}};
}

// --- Changes ---------------------------------------------------------------------------------------------------------

size_t PlaceIn(const std::string& text, base::Random& random) {
  return static_cast<size_t>(random.Below(static_cast<int>(text.size()) + 1));
}

// A number of the kind that checks of lengths forget, in 1, 2, 4 or 8 bytes.
void PutNumber(base::Random& random, std::string* text) {
  constexpr std::array<uint64_t, 12> kNumbers = {0,          1,          0x7F,       0x80,       0xFF,       0x7FFFFFFF,
                                                 0x80000000, 0xFFFFFFFF, 1ull << 32, 1ull << 62, 1ull << 63, ~0ull};
  const uint64_t number =
      kNumbers[static_cast<size_t>(random.Below(12))] + static_cast<uint64_t>(random.Between(-1, 1));
  const size_t size = size_t{1} << random.Below(4), at = PlaceIn(*text, random);
  if (at + size <= text->size()) std::memcpy(text->data() + at, &number, size);
}

// The same in digits, for texts.
void PutDigits(base::Random& random, std::string* text) {
  constexpr std::array<const char*, 12> kWords = {
      "0",  "-1",  "1e999",  "18446744073709551615", "9223372036854775808", "null", "true", "\"\"", "[]",
      "{}", "0.5", "\\u0000"};
  const size_t at = text->find_first_of("0123456789", PlaceIn(*text, random));
  if (at == std::string::npos) return;
  const size_t end = std::min(text->find_first_not_of("0123456789", at), text->size());
  text->replace(at, end - at, kWords[static_cast<size_t>(random.Below(12))]);
}

// The same few bytes very often: brackets that open and never close, say.
void Repeat(const std::string& bytes, size_t at, base::Random& random, std::string* text) {
  std::string many;
  for (int times = 1 << random.Below(16); times > 0; --times) many += bytes;
  text->insert(at, many);
}

void Change(const Target& target, base::Random& random, std::string* text) {
  const size_t at = PlaceIn(*text, random),
               length = std::min<size_t>(static_cast<size_t>(random.Below(64)), text->size() - at);
  switch (random.Below(9)) {
    case 0:
    case 1:
      if (at < text->size()) (*text)[at] = static_cast<char>(random.Below(256));
      return;
    case 2:
      if (at < text->size()) (*text)[at] = static_cast<char>((*text)[at] ^ (1 << random.Below(8)));
      return;
    case 3:
      return PutNumber(random, text);
    case 4:
      return PutDigits(random, text);
    case 5:
      text->erase(at, random.Percent(20) ? std::string::npos : length);
      return;
    case 6:
      text->insert(PlaceIn(*text, random), text->substr(at, length));
      return;
    case 7:
      return Repeat(text->substr(at, length % 4 + 1), PlaceIn(*text, random), random, text);
    default: {
      const std::string& other = random.Pick(target.samples);
      text->replace(at, length, other.substr(PlaceIn(other, random), length));
      return;
    }
  }
}

[[maybe_unused]] std::string Damaged(const Target& target, uint64_t seed, uint64_t round) {
  base::Random random(seed, round);
  const bool known = target.corpus.empty() || random.Percent(30);
  std::string text = random.Pick(known ? target.samples : target.corpus);
  for (int changes = random.Between(1, 6); changes > 0; --changes) Change(target, random, &text);
  return text;
}

#if defined(DIPTYCH_LIBFUZZER)

// --- Guided by coverage ----------------------------------------------------------------------------------------------

// The one that DIPTYCH_FUZZ_TARGET names, with its samples in the folder DIPTYCH_FUZZ_SAMPLES when that is set. Without
// a name all names are printed.
Target ChosenTarget(const Folder& folder) {
  const char* const name = std::getenv("DIPTYCH_FUZZ_TARGET");
  for (Target& target : MakeTargets(folder)) {
    if (name == nullptr) std::printf("%s\n", target.name);
    if (name == nullptr || std::strcmp(target.name, name) != 0) continue;
    if (const char* const samples = std::getenv("DIPTYCH_FUZZ_SAMPLES"))
      for (size_t i = 0; i < target.samples.size(); ++i)
        base::WriteFileAtomically(fs::path(samples) / ("sample-" + std::to_string(i)), target.samples[i]);
    return std::move(target);
  }
  if (name != nullptr) std::fprintf(stderr, "DIPTYCH_FUZZ_TARGET names no target\n");
  std::fflush(stdout);
  std::_Exit(name == nullptr ? 0 : 1);  // libFuzzer takes an exit for a crash
}

void ReadOnce(const std::string& content) {
  static const Folder folder;
  static const Target target = ChosenTarget(folder);
  try {
    target.read(content);
  } catch (const base::Error&) {
  }
}

}  // namespace
}  // namespace diptych

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  diptych::ReadOnce({reinterpret_cast<const char*>(data), size});
  return 0;
}

#else

// --- Rounds ----------------------------------------------------------------------------------------------------------

// What a crash should name; read by the signal handler alone.
char current[128];

void NameAndDie(int signal) {
  [[maybe_unused]] const auto written = write(STDERR_FILENO, current, std::strlen(current));
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

// A handler with a stack of its own: one that overflowed is named as well.
void NameCrashes() {
  static std::array<char, 1 << 16> stack;
  const stack_t other{stack.data(), 0, stack.size()};
  sigaltstack(&other, nullptr);
  struct sigaction action {};
  action.sa_handler = NameAndDie;
  action.sa_flags = SA_ONSTACK;
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigaction(signal, &action, nullptr);
}

struct Options {
  std::string target, corpus;
  uint64_t seed = 1, rounds = 2000;
  double seconds = 0;
  std::optional<uint64_t> round;
};

struct Counts {
  uint64_t rounds = 0, read = 0;
};

// False when the reader failed otherwise than by Error; `current` names the content.
bool Survives(const Target& target, const std::string& content, Counts* counts) {
  ++counts->rounds;
  try {
    target.read(content);
    ++counts->read;
  } catch (const base::Error&) {
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s%s\n", current, error.what());
    return false;
  }
  return true;
}

bool RunRound(const Target& target, uint64_t seed, uint64_t round, Counts* counts) {
  std::snprintf(current, sizeof(current), "crash: %s --seed %llu --round %llu\n", target.name,
                static_cast<unsigned long long>(seed), static_cast<unsigned long long>(round));
  return Survives(target, Damaged(target, seed, round), counts);
}

// The files of FOLDER/TARGET in the order of their names, all read once.
bool ReadCorpus(const fs::path& folder, Target& target, Counts* counts) {
  if (!fs::is_directory(folder / target.name)) return true;
  std::set<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder / target.name)) files.insert(entry.path());
  bool good = true;
  for (const fs::path& file : files) {
    std::snprintf(current, sizeof(current), "crash: %s %s\n", target.name, file.filename().c_str());
    target.corpus.push_back(base::ReadFile(file));
    good = Survives(target, target.corpus.back(), counts) && good;
  }
  return good;
}

bool RunTarget(Target& target, const Options& options) {
  Counts counts;
  for (const std::string& sample : target.samples) target.read(sample);  // all samples are good
  bool good = options.corpus.empty() || ReadCorpus(options.corpus, target, &counts);
  if (options.round) return RunRound(target, options.seed, *options.round, &counts);
  const auto start = std::chrono::steady_clock::now();
  const auto more = [&](uint64_t round) {
    if (options.seconds == 0) return round < options.rounds;
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() < options.seconds;
  };
  for (uint64_t round = 0; more(round); ++round) good = RunRound(target, options.seed, round, &counts) && good;
  std::printf("%-12s %llu rounds, %llu still readable%s\n", target.name, static_cast<unsigned long long>(counts.rounds),
              static_cast<unsigned long long>(counts.read), good ? "" : ", FAILED");
  std::fflush(stdout);
  return good;
}

Options ParseOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : "0";
    if (!word.starts_with("--")) {
      options.target = word;
      continue;
    }
    if (word == "--seconds") options.seconds = std::strtod(value, nullptr);
    if (word == "--rounds") options.rounds = std::strtoull(value, nullptr, 10);
    if (word == "--seed") options.seed = std::strtoull(value, nullptr, 10);
    if (word == "--corpus") options.corpus = value;
    if (word == "--round") options.round = std::strtoull(value, nullptr, 10);
    ++i;
  }
  return options;
}

// A size that a file merely states must not be allocated.
void LimitMemory() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they reserve terabytes of addresses
  const rlimit limit{rlim_t{2} << 30, rlim_t{2} << 30};
  setrlimit(RLIMIT_AS, &limit);
#endif
}

int Run(const Options& options) {
  LimitMemory();
  NameCrashes();
  const Folder folder;
  bool good = true, found = false;
  for (Target& target : MakeTargets(folder)) {
    if (!options.target.empty() && options.target != target.name) continue;
    found = true;
    good = RunTarget(target, options) && good;
    for (const auto& entry : fs::directory_iterator(folder.path())) fs::remove(entry.path());
  }
  if (!found) std::fprintf(stderr, "no target is called %s\n", options.target.c_str());
  return good && found ? 0 : 1;
}

}  // namespace
}  // namespace diptych

int main(int argc, char** argv) { return diptych::Run(diptych::ParseOptions(argc, argv)); }

#endif
