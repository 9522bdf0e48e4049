#include "data/world_source.h"

#include <algorithm>
#include <string>

#include "world/blemish.h"
#include "world/draw.h"

namespace diptych {
namespace {

std::string JoinFacts(const std::vector<Fact>& facts) {
  std::string text;
  for (const Fact& fact : facts) {
    if (!text.empty()) text += '\n';
    text += WriteFact(fact);
  }
  return text;
}

std::vector<Box> BoxesOf(const Scene& scene) {
  std::vector<Box> boxes;
  for (const Subject& subject : scene.subjects) boxes.insert(boxes.end(), subject.boxes.begin(), subject.boxes.end());
  return boxes;
}

}  // namespace

WorldSource::WorldSource(const Parts& parts, const TaskMix& mix, int size) : parts_(parts), mix_(mix), size_(size) {}

std::vector<Sequence> WorldSource::Make(uint64_t seed, uint64_t index, Split split) const {
  Random random(seed, index);
  const Scene scene = SampleAsked(random, split);
  const Image picture = Draw(scene, size_, size_);
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
    const Scene other = SampleScene(random.Next(), split, parts_.held_out);
    Image seen = Draw(other, size_, size_);
    // Some have the blemishes of generated pictures: those are what the model's check looks at.
    if (random.Percent(25)) seen = Blemish(seen, random);
    sequences.push_back(MakeLook(other, seen, {.claims = 1}, random));
  }
  return sequences;
}

Scene WorldSource::SampleAsked(Random& random, Split split) const {
  const bool character = random.Percent(mix_.characters_percent), plain = random.Percent(mix_.plain_percent);
  const auto is_character = [](const Subject& subject) { return IsCharacter(subject.kind); };
  while (true) {
    Scene scene = SampleScene(random.Next(), split, parts_.held_out);
    if ((!character || std::ranges::any_of(scene.subjects, is_character)) && (!plain || IsPlain(scene))) return scene;
  }
}

Language WorldSource::AppendAsking(const Scene& scene, Language language, Random& random,
                                   SequenceBuilder& builder) const {
  const TurnParts turn = UserTurn();
  const bool requested = random.Percent(mix_.language_request_percent);
  const Language narrative = requested ? random.Percent(50) ? Language::kChinese : Language::kEnglish : language;
  builder.AppendTemplate(turn.before);
  const std::string prompt = parts_.words.MakePrompt(scene, language, random).text;
  builder.AppendWords((mix_.mid_sentence ? MidSentence(prompt) : prompt) +
                      (requested ? LanguageRequest(narrative) : ""));
  builder.AppendTemplate(turn.after + OpenThinking());
  return narrative;
}

Sequence WorldSource::MakeAnswer(const Scene& scene, const Image& picture, Language language, Random& random) const {
  SequenceBuilder builder(parts_.tokenizer, parts_.config);
  if (!mix_.blind) builder.SetPicture(picture, BoxesOf(scene));
  const Language narrative = AppendAsking(scene, language, random, builder);
  const std::string plan = WritePlan(parts_.words.PlanOf(scene));
  if (mix_.pictures_only) {
    builder.AppendWords(plan);
    builder.AppendTemplate(CloseThinking());
    builder.AppendDrawing(mix_.copies);
    return builder.Take();
  }
  builder.AppendTarget(plan, CloseThinking(), Task::kPlan);
  if (mix_.blind) {
    builder.AppendTemplate(kPictureStart);
    builder.AppendTemplate(kPictureEnd);
  } else {
    builder.AppendDrawing(mix_.copies);
    builder.AppendReading();
  }
  builder.AppendTarget(parts_.words.MakeNarrative(scene, narrative, random), kTurnEnd, Task::kNarrative);
  return builder.Take();
}

Sequence WorldSource::MakePlan(const Scene& scene, Random& random) const {
  SequenceBuilder builder(parts_.tokenizer, parts_.config);
  AppendAsking(scene, LanguageOf(random), random, builder);
  builder.AppendTarget(WritePlan(parts_.words.PlanOf(scene)), CloseThinking(), Task::kPlan);
  return builder.Take();
}

Language WorldSource::LanguageOf(Random& random) const {
  return random.Percent(mix_.chinese_percent) ? Language::kChinese : Language::kEnglish;
}

Sequence WorldSource::MakeLook(const Scene& scene, const Image& picture, const Asked& asked, Random& random) const {
  const Language language = LanguageOf(random);
  SequenceBuilder builder(parts_.tokenizer, parts_.config);
  builder.SetPicture(picture);
  const TurnParts turn = UserTurn();
  builder.AppendTemplate(turn.before);
  builder.AppendReading();
  builder.AppendTemplate("\n");
  const auto branch = [&](const std::string& instruction, std::string_view answer, Task task) {
    builder.BeginBranch();
    builder.AppendWords(instruction);
    builder.AppendTemplate(turn.after + NoThinking());
    builder.AppendTarget(answer, kTurnEnd, task);
    builder.EndBranch();
  };
  if (asked.description)
    branch(DescribeInstruction(language), parts_.words.MakeNarrative(scene, language, random), Task::kDescribe);
  branch(PlanInstruction(), WritePlan(parts_.words.PlanOf(scene)), Task::kSeenPlan);
  for (int i = 0; i < asked.claims; ++i) {
    const Claim claim = parts_.words.MakeClaim(scene, language, random.Percent(50), random);
    branch(ClaimInstruction(claim.text, language), claim.holds ? "yes" : "no", Task::kClaim);
  }
  for (int i = 0; i < asked.questions; ++i) {
    const Question question = parts_.words.MakeQuestion(scene, language, random);
    branch(question.text, question.answer, Task::kQuestion);
  }
  for (int i = 0; i < asked.places; ++i) {
    const Location location = parts_.words.MakeLocation(scene, language, random);
    branch(WhereInstruction(location.subject, language), WriteBox(location.box), Task::kWhere);
  }
  return builder.Take();
}

Sequence WorldSource::MakeFacts(const Scene& scene, Language language, Random& random) const {
  SequenceBuilder builder(parts_.tokenizer, parts_.config);
  const Prompt prompt = parts_.words.MakePrompt(scene, language, random);
  const TurnParts turn = UserTurn();
  builder.AppendTemplate(turn.before);
  builder.AppendWords(FactsInstruction(prompt.text));
  builder.AppendTemplate(turn.after + NoThinking());
  builder.AppendTarget(JoinFacts(prompt.facts), kTurnEnd, Task::kFacts);
  return builder.Take();
}

Sequence WorldSource::MakeUndirected(const Image& picture, std::vector<Box> subjects) const {
  SequenceBuilder builder(parts_.tokenizer, parts_.config);
  builder.SetPicture(picture, std::move(subjects));
  const TurnParts turn = UserTurn();
  builder.AppendTemplate(turn.before + turn.after + NoThinking());
  builder.AppendDrawing(1);
  return builder.Take();
}

}  // namespace diptych
