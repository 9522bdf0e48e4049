#include "data/world_source.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "world/blemish.h"
#include "world/draw.h"
#include "world/facts.h"
#include "world/grid.h"
#include "world/lexicon_maker.h"

namespace diptych::data {
namespace {

constexpr uint64_t kQuestionSeed = uint64_t{0x9E5} << 40;  // apart from training

std::vector<plan::Box> BoxesOf(const world::Scene& scene) {
  std::vector<plan::Box> boxes;
  for (const world::Subject& subject : scene.subjects)
    boxes.insert(boxes.end(), subject.boxes.begin(), subject.boxes.end());
  return boxes;
}

}  // namespace

WorldSource::WorldSource(const std::filesystem::path& words, const TaskMix& mix, int size, world::Repertoire repertoire)
    : folder_(words),
      words_(world::Words::Load(words)),
      composer_(world::PromptComposer::Load(words)),
      held_out_(world::HeldOut::Load(words / "held_out.txt")),
      repertoire_(std::move(repertoire)),
      vocabulary_(world::VocabularyOf(repertoire_)),
      mix_(mix),
      size_(size) {}

plan::Lexicon WorldSource::MakeLexicon() const {
  const plan::Lexicon lexicon = world::MakeLexicon(words_, folder_, repertoire_);
  return plan::Lexicon::Parse(lexicon.Text() + QuestionWords(lexicon), "the world's lexicon");
}

// Lines of a lexicon: words and phrases that it lacks and that the world's questions use. In a question they are
// understood; in a prompt they say nothing that could be drawn.
std::string WorldSource::QuestionWords(const plan::Lexicon& lexicon) const {
  constexpr int kQuestions = 1000, kOften = 2;
  std::map<std::string, int> counts;
  for (int i = 0; i < kQuestions; ++i) {
    base::Random random(kQuestionSeed, static_cast<uint64_t>(i));
    const world::Scene scene = Sample(random, Split::kTraining);
    for (const text::Language language : {text::Language::kEnglish, text::Language::kChinese}) {
      const std::string question = words_.MakeQuestion(scene, language, random).text;
      for (const plan::Mention& mention : lexicon.Read(question)) {
        if (!mention.meanings.empty()) continue;
        std::string phrase = question.substr(mention.words.first, mention.words.last - mention.words.first);
        std::transform(phrase.begin(), phrase.end(), phrase.begin(), base::AsciiLower);
        ++counts[phrase];
      }
    }
  }
  std::string lines;
  for (const auto& [phrase, count] : counts)
    if (count >= kOften) lines += phrase + "\tquestion\t\n";
  return lines;
}

std::vector<Document> WorldSource::Make(uint64_t seed, uint64_t index, Split split) const {
  base::Random random(seed, index);
  const world::Scene scene = SampleAsked(random, split);
  const bool drawn = !mix_.blind || mix_.look_percent > 0 || mix_.unconditional_percent > 0;
  const base::Image picture = drawn ? world::Draw(scene, size_, size_) : base::Image();
  std::vector<Document> documents;
  documents.push_back(MakeAnswer(scene, picture, {LanguageOf(random), split}, random));
  if (random.Percent(mix_.unconditional_percent))
    documents.push_back({.layout = text::UnconditionalLayout({}), .pictures = {{picture, BoxesOf(scene)}}});
  if (mix_.pictures_only) return documents;
  if (random.Percent(mix_.look_percent)) {
    const Questions all = {random.Percent(50), mix_.claims, mix_.questions, mix_.places};
    documents.push_back(MakeLook(scene, picture, all, random));
  }
  if (random.Percent(mix_.facts_percent)) documents.push_back(MakeFacts(scene, {LanguageOf(random), split}, random));
  for (int i = 0; i < mix_.plans; ++i) documents.push_back(MakePlan(SampleAsked(random, split), split, random));
  for (int i = 0; i < mix_.extra_looks; ++i) {
    const world::Scene other = Sample(random, split);
    base::Image seen = world::Draw(other, size_, size_);
    // A quarter has the blemishes of generated pictures, which are what the model looks at when it checks an answer.
    if (random.Percent(25)) seen = world::Blemish(seen, random);
    documents.push_back(MakeLook(other, seen, {.claims = 1}, random));
  }
  return documents;
}

world::Scene WorldSource::Sample(base::Random& random, Split split) const {
  const world::Scene scene = world::SampleScene(random.Next(), split, held_out_, repertoire_);
  return mix_.grid_percent > 0 && random.Percent(mix_.grid_percent) ? world::OnGrid(scene) : scene;
}

world::Scene WorldSource::SampleAsked(base::Random& random, Split split) const {
  const bool character = random.Percent(mix_.characters_percent), plain = random.Percent(mix_.plain_percent);
  const auto is_character = [](const world::Subject& subject) { return world::IsJointed(subject); };
  while (true) {
    world::Scene scene = Sample(random, split);
    if ((!character || std::ranges::any_of(scene.subjects, is_character)) && (!plain || world::IsPlain(scene)))
      return scene;
  }
}

world::Prompt WorldSource::MakePrompt(const world::Scene& scene, const Asking& asking, base::Random& random) const {
  constexpr int kComposedPercent = 75;
  if (random.Percent(kComposedPercent)) return composer_.Make(scene, asking.language, asking.split, random);
  return words_.MakePrompt(scene, asking.language, random);
}

WorldSource::Asked WorldSource::Ask(const world::Scene& scene, const Asking& asking, base::Random& random) const {
  Asked asked{.parts = {}, .narrative = asking.language};
  if (random.Percent(mix_.language_request_percent)) {
    asked.narrative = random.Percent(50) ? text::Language::kChinese : text::Language::kEnglish;
    asked.parts.requested_language = asked.narrative;
  }
  asked.parts.prompt = MakePrompt(scene, asking, random).text;
  asked.parts.mid_sentence = mix_.mid_sentence;
  asked.parts.plan = plan::WritePlan(words_.PlanOf(scene));
  return asked;
}

Document WorldSource::MakeAnswer(const world::Scene& scene, const base::Image& picture, const Asking& asking,
                                 base::Random& random) const {
  Asked asked = Ask(scene, asking, random);
  Document document{.layout = {}, .pictures = {}, .copies = mix_.copies};
  if (!mix_.blind) document.pictures.push_back({picture, BoxesOf(scene)});
  if (mix_.pictures_only) {
    asked.parts.planning = text::Planning::kGiven;
    asked.parts.scope = text::Scope::kWithoutNarrative;
  } else {
    asked.parts.narrative = words_.MakeNarrative(scene, asked.narrative, random);
    if (mix_.blind) asked.parts.scope = text::Scope::kWithoutPicture;
  }
  document.layout = text::AnswerLayout(asked.parts);
  return document;
}

Document WorldSource::MakePlan(const world::Scene& scene, Split split, base::Random& random) const {
  Asked asked = Ask(scene, {LanguageOf(random), split}, random);
  asked.parts.scope = text::Scope::kPlanAlone;
  return {.layout = text::AnswerLayout(asked.parts)};
}

text::Language WorldSource::LanguageOf(base::Random& random) const {
  return random.Percent(mix_.chinese_percent) ? text::Language::kChinese : text::Language::kEnglish;
}

Document WorldSource::MakeLook(const world::Scene& scene, const base::Image& picture, const Questions& asked,
                               base::Random& random) const {
  const text::Language language = LanguageOf(random);
  std::vector<text::Inquiry> inquiries;
  const auto ask = [&](text::Task task, std::string about, std::string answer) {
    inquiries.push_back({.task = task, .about = std::move(about), .language = language, .answer = std::move(answer)});
  };
  if (asked.description) ask(text::Task::kDescribe, "", words_.MakeNarrative(scene, language, random));
  ask(text::Task::kSeenPlan, "", plan::WritePlan(words_.PlanOf(scene)));
  for (int i = 0; i < asked.claims; ++i) {
    const world::Claim claim = words_.MakeClaim(scene, language, random.Percent(50), random);
    ask(text::Task::kClaim, claim.text, claim.holds ? "yes" : "no");
  }
  for (int i = 0; i < asked.questions; ++i) {
    const world::Question question = words_.MakeQuestion(scene, language, random);
    ask(text::Task::kQuestion, question.text, question.answer);
  }
  for (int i = 0; i < asked.places; ++i) {
    const world::Location location = words_.MakeLocation(scene, language, random);
    ask(text::Task::kWhere, location.subject, plan::WriteBox(location.box));
  }
  return {.layout = text::LookLayout(1, inquiries), .pictures = {{picture}}};
}

Document WorldSource::MakeFacts(const world::Scene& scene, const Asking& asking, base::Random& random) const {
  const world::Prompt prompt = MakePrompt(scene, asking, random);
  return {.layout = text::FactsLayout(prompt.text, plan::WriteFacts(prompt.facts, "\n"))};
}

}  // namespace diptych::data
