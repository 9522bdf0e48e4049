#include "data/world_source.h"

#include <algorithm>
#include <string>

#include "world/blemish.h"
#include "world/draw.h"

namespace diptych::data {
namespace {

std::vector<plan::Box> BoxesOf(const world::Scene& scene) {
  std::vector<plan::Box> boxes;
  for (const world::Subject& subject : scene.subjects)
    boxes.insert(boxes.end(), subject.boxes.begin(), subject.boxes.end());
  return boxes;
}

}  // namespace

WorldSource::WorldSource(const Parts& parts, const TaskMix& mix, int size) : parts_(parts), mix_(mix), size_(size) {}

std::vector<Sequence> WorldSource::Make(uint64_t seed, uint64_t index, world::Split split) const {
  base::Random random(seed, index);
  const world::Scene scene = SampleAsked(random, split);
  const base::Image picture = world::Draw(scene, size_, size_);
  std::vector<Sequence> sequences;
  sequences.push_back(MakeAnswer(scene, picture, LanguageOf(random), random));
  if (random.Percent(mix_.undirected_percent)) sequences.push_back(MakeUndirected(picture, BoxesOf(scene)));
  if (mix_.pictures_only) return sequences;
  if (random.Percent(mix_.look_percent)) {
    const Asked all = {random.Percent(50), mix_.claims, mix_.questions, mix_.places};
    sequences.push_back(MakeLook(scene, picture, all, random));
  }
  if (random.Percent(mix_.facts_percent)) sequences.push_back(MakeFacts(scene, LanguageOf(random), random));
  for (int i = 0; i < mix_.plans; ++i) sequences.push_back(MakePlan(SampleAsked(random, split), random));
  for (int i = 0; i < mix_.glances; ++i) {
    const world::Scene other = world::SampleScene(random.Next(), split, parts_.held_out);
    base::Image seen = world::Draw(other, size_, size_);
    // Some have the blemishes of generated pictures: those are what the model's check looks at.
    if (random.Percent(25)) seen = world::Blemish(seen, random);
    sequences.push_back(MakeLook(other, seen, {.claims = 1}, random));
  }
  return sequences;
}

world::Scene WorldSource::SampleAsked(base::Random& random, world::Split split) const {
  const bool character = random.Percent(mix_.characters_percent), plain = random.Percent(mix_.plain_percent);
  const auto is_character = [](const world::Subject& subject) { return world::IsCharacter(subject.kind); };
  while (true) {
    world::Scene scene = world::SampleScene(random.Next(), split, parts_.held_out);
    if ((!character || std::ranges::any_of(scene.subjects, is_character)) && (!plain || world::IsPlain(scene)))
      return scene;
  }
}

text::Language WorldSource::AppendAsking(const world::Scene& scene, text::Language language, base::Random& random,
                                         SequenceBuilder& builder) const {
  const text::TurnParts turn = text::UserTurn();
  const bool requested = random.Percent(mix_.language_request_percent);
  const text::Language narrative =
      requested ? random.Percent(50) ? text::Language::kChinese : text::Language::kEnglish : language;
  builder.AppendTemplate(turn.before);
  const std::string prompt = parts_.words.MakePrompt(scene, language, random).text;
  builder.AppendWords((mix_.mid_sentence ? text::MidSentence(prompt) : prompt) +
                      (requested ? text::LanguageRequest(narrative) : ""));
  builder.AppendTemplate(turn.after + text::OpenThinking());
  return narrative;
}

Sequence WorldSource::MakeAnswer(const world::Scene& scene, const base::Image& picture, text::Language language,
                                 base::Random& random) const {
  SequenceBuilder builder(parts_.tokenizer, parts_.config);
  if (!mix_.blind) builder.SetPicture(picture, BoxesOf(scene));
  const text::Language narrative = AppendAsking(scene, language, random, builder);
  const std::string plan = plan::WritePlan(parts_.words.PlanOf(scene));
  if (mix_.pictures_only) {
    builder.AppendWords(plan);
    builder.AppendTemplate(text::CloseThinking());
    builder.AppendDrawing(mix_.copies);
    return builder.Take();
  }
  builder.AppendTarget(plan, text::CloseThinking(), Task::kPlan);
  if (mix_.blind) {
    builder.AppendTemplate(text::kPictureStart);
    builder.AppendTemplate(text::kPictureEnd);
  } else {
    builder.AppendDrawing(mix_.copies);
    builder.AppendReading();
  }
  builder.AppendTarget(parts_.words.MakeNarrative(scene, narrative, random), text::kTurnEnd, Task::kNarrative);
  return builder.Take();
}

Sequence WorldSource::MakePlan(const world::Scene& scene, base::Random& random) const {
  SequenceBuilder builder(parts_.tokenizer, parts_.config);
  AppendAsking(scene, LanguageOf(random), random, builder);
  builder.AppendTarget(plan::WritePlan(parts_.words.PlanOf(scene)), text::CloseThinking(), Task::kPlan);
  return builder.Take();
}

text::Language WorldSource::LanguageOf(base::Random& random) const {
  return random.Percent(mix_.chinese_percent) ? text::Language::kChinese : text::Language::kEnglish;
}

Sequence WorldSource::MakeLook(const world::Scene& scene, const base::Image& picture, const Asked& asked,
                               base::Random& random) const {
  const text::Language language = LanguageOf(random);
  SequenceBuilder builder(parts_.tokenizer, parts_.config);
  builder.SetPicture(picture);
  const text::TurnParts turn = text::UserTurn();
  builder.AppendTemplate(turn.before);
  builder.AppendReading();
  builder.AppendTemplate("\n");
  const auto branch = [&](const std::string& instruction, std::string_view answer, Task task) {
    builder.BeginBranch();
    builder.AppendWords(instruction);
    builder.AppendTemplate(turn.after + text::NoThinking());
    builder.AppendTarget(answer, text::kTurnEnd, task);
    builder.EndBranch();
  };
  if (asked.description)
    branch(text::DescribeInstruction(language), parts_.words.MakeNarrative(scene, language, random), Task::kDescribe);
  branch(text::PlanInstruction(), plan::WritePlan(parts_.words.PlanOf(scene)), Task::kSeenPlan);
  for (int i = 0; i < asked.claims; ++i) {
    const world::Claim claim = parts_.words.MakeClaim(scene, language, random.Percent(50), random);
    branch(text::ClaimInstruction(claim.text, language), claim.holds ? "yes" : "no", Task::kClaim);
  }
  for (int i = 0; i < asked.questions; ++i) {
    const world::Question question = parts_.words.MakeQuestion(scene, language, random);
    branch(question.text, question.answer, Task::kQuestion);
  }
  for (int i = 0; i < asked.places; ++i) {
    const world::Location location = parts_.words.MakeLocation(scene, language, random);
    branch(text::WhereInstruction(location.subject, language), plan::WriteBox(location.box), Task::kWhere);
  }
  return builder.Take();
}

Sequence WorldSource::MakeFacts(const world::Scene& scene, text::Language language, base::Random& random) const {
  SequenceBuilder builder(parts_.tokenizer, parts_.config);
  const world::Prompt prompt = parts_.words.MakePrompt(scene, language, random);
  const text::TurnParts turn = text::UserTurn();
  builder.AppendTemplate(turn.before);
  builder.AppendWords(text::FactsInstruction(prompt.text));
  builder.AppendTemplate(turn.after + text::NoThinking());
  builder.AppendTarget(plan::WriteFacts(prompt.facts, "\n"), text::kTurnEnd, Task::kFacts);
  return builder.Take();
}

Sequence WorldSource::MakeUndirected(const base::Image& picture, std::vector<plan::Box> subjects) const {
  SequenceBuilder builder(parts_.tokenizer, parts_.config);
  builder.SetPicture(picture, std::move(subjects));
  const text::TurnParts turn = text::UserTurn();
  builder.AppendTemplate(turn.before + turn.after + text::NoThinking());
  builder.AppendDrawing(1);
  return builder.Take();
}

}  // namespace diptych::data
