#include "text/answer_layout.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace diptych::text {
namespace {

// ChatML, as the model family uses it.
std::string BeforeRequest() { return std::string(kTurnStart) + "user\n"; }
std::string AfterRequest() { return std::string(kTurnEnd) + "\n" + std::string(kTurnStart) + "assistant\n"; }
// Around a plan.
std::string OpenThinking() { return std::string(kThinkStart) + "\n"; }
std::string CloseThinking() { return "\n" + std::string(kThinkEnd) + "\n\n"; }
std::string NoThinking() { return OpenThinking() + CloseThinking(); }

std::string LanguageRequest(Language language) {
  return language == Language::kChinese ? "\n请用中文写。" : "\nWrite in English.";
}

// Appends pieces of one stage after another.
class Composer {
 public:
  explicit Composer(Stage stage) : stage_(stage) {}

  Composer& Begin(Stage stage) {
    stage_ = stage;
    return *this;
  }
  Composer& Template(std::string_view text, std::optional<Task> target = {}) {
    return Add({.kind = PieceKind::kTemplate, .stage = stage_, .text = std::string(text), .target = target});
  }
  Composer& Ordinary(std::string text, std::optional<Task> target = {}) {
    return Add({.kind = PieceKind::kOrdinary, .stage = stage_, .text = std::move(text), .target = target});
  }
  Composer& Read(int picture) { return Add({.kind = PieceKind::kPictureRead, .stage = stage_, .picture = picture}); }
  Composer& Draw(int picture) { return Add({.kind = PieceKind::kPictureDrawn, .stage = stage_, .picture = picture}); }
  Composer& Mark(PieceKind kind) { return Add({.kind = kind, .stage = stage_}); }
  Composer& Append(const Layout& more) {
    layout_.insert(layout_.end(), more.begin(), more.end());
    return *this;
  }

  Layout Take() { return std::move(layout_); }

 private:
  Composer& Add(Piece piece) {
    layout_.push_back(std::move(piece));
    return *this;
  }

  Stage stage_;
  Layout layout_;
};

// The text around each picture that a request brings, besides "<img>" and "</img>".
enum class PictureSetting {
  kLine,          // a line's end after it
  kNumberedLine,  // also its number before it, where there are several
  kBare,          // nothing
};

void AppendPictures(int pictures, PictureSetting setting, Composer& composer) {
  for (int i = 0; i < pictures; ++i) {
    if (setting == PictureSetting::kNumberedLine && pictures > 1)
      composer.Template("Image-" + std::to_string(i + 1) + ":");
    composer.Template(kPictureStart).Read(i).Template(kPictureEnd);
    if (setting != PictureSetting::kBare) composer.Template("\n");
  }
}

// The user's turn, and the thinking block that begins the assistant's.
void AppendAsking(const AnswerParts& parts, Composer& composer) {
  composer.Template(BeforeRequest());
  AppendPictures(parts.pictures, PictureSetting::kNumberedLine, composer);
  const std::string prompt = parts.mid_sentence ? MidSentence(parts.prompt) : parts.prompt;
  composer.Ordinary(prompt + (parts.requested_language ? LanguageRequest(*parts.requested_language) : ""));
  if (parts.planning == Planning::kNone) {
    composer.Template(AfterRequest() + NoThinking());
    return;
  }
  composer.Template(AfterRequest() + OpenThinking()).Begin(Stage::kPlan);
  const auto target = parts.planning == Planning::kWritten ? std::optional(Task::kPlan) : std::nullopt;
  composer.Ordinary(parts.plan, target).Template(CloseThinking(), target);
}

// What follows "<img>": the picture, and the narrative without its end. True when there is a narrative.
bool AppendDrawing(const PanelParts& parts, Composer& composer) {
  if (parts.scope != Scope::kWithoutPicture) composer.Draw(parts.picture);
  if (parts.scope == Scope::kWithoutNarrative) return false;
  composer.Begin(Stage::kNarrative);
  if (parts.scope == Scope::kWhole) composer.Read(parts.picture);
  composer.Template(kPictureEnd).Ordinary(parts.text, Task::kNarrative);
  return true;
}

// The words of an inquiry, the turn's end and the answer.
void AppendInquiry(const Inquiry& inquiry, Composer& composer) {
  composer.Ordinary(Instruction(inquiry)).Template(AfterRequest() + NoThinking()).Begin(Stage::kNarrative);
  composer.Ordinary(inquiry.answer, inquiry.task).Template(kTurnEnd, inquiry.task);
}

}  // namespace

std::span<const Piece> BeforeWritten(std::span<const Piece> pieces) {
  return pieces.first(static_cast<size_t>(std::ranges::find_if(pieces, IsWritten) - pieces.begin()));
}

std::span<const Piece> UpToDrawing(std::span<const Piece> pieces) {
  const auto drawn = std::ranges::find(pieces, PieceKind::kPictureDrawn, &Piece::kind);
  return drawn == pieces.end() ? pieces : pieces.first(static_cast<size_t>(drawn - pieces.begin()) + 1);
}

std::vector<std::span<const Piece>> StagesOf(std::span<const Piece> pieces) {
  std::vector<std::span<const Piece>> stages;
  while (!pieces.empty()) {
    const Stage stage = pieces.front().stage;
    const auto end = std::ranges::find_if(pieces, [&](const Piece& piece) { return piece.stage != stage; });
    const auto count = static_cast<size_t>(end - pieces.begin());
    stages.push_back(pieces.first(count));
    pieces = pieces.subspan(count);
  }
  return stages;
}

Layout AnswerLayout(const AnswerParts& parts) {
  Composer composer(Stage::kPrompt);
  AppendAsking(parts, composer);
  if (parts.scope == Scope::kPlanAlone) return composer.Take();
  composer.Begin(Stage::kPicture).Template(kPictureStart);
  if (AppendDrawing({.picture = parts.pictures, .text = parts.narrative, .scope = parts.scope}, composer))
    composer.Template(kTurnEnd, Task::kNarrative);
  return composer.Take();
}

Layout StoryBeginning(const AnswerParts& parts) {
  Composer composer(Stage::kPrompt);
  AppendAsking(parts, composer);
  if (parts.scope == Scope::kPlanAlone) return composer.Take();
  return composer.Begin(Stage::kNarrative).Ordinary(parts.narrative, Task::kNarrative).Take();
}

// In a story the model chooses whether to begin a picture, so "<img>" has a loss. In an answer it always comes and has
// none.
Layout StoryPanel(const PanelParts& parts) {
  Composer composer(Stage::kPicture);
  composer.Template(kPictureStart, Task::kNarrative);
  AppendDrawing(parts, composer);
  return composer.Take();
}

Layout StoryLayout(AnswerParts parts, std::span<const std::string> texts) {
  DIPTYCH_CHECK(!texts.empty() && parts.scope == Scope::kWhole, "a story with a text before its first picture");
  parts.narrative = texts.front();
  Composer composer(Stage::kPrompt);
  composer.Append(StoryBeginning(parts));
  for (size_t i = 1; i < texts.size(); ++i)
    composer.Append(StoryPanel({.picture = parts.pictures + static_cast<int>(i) - 1, .text = texts[i]}));
  return composer.Begin(Stage::kNarrative).Template(kTurnEnd, Task::kNarrative).Take();
}

Layout UnconditionalLayout(const UnconditionalParts& parts) {
  Composer composer(Stage::kPrompt);
  composer.Template(BeforeRequest());
  AppendPictures(parts.pictures, PictureSetting::kBare, composer);
  composer.Template(AfterRequest() + (parts.thinks ? NoThinking() : ""));
  return composer.Begin(Stage::kPicture).Template(kPictureStart).Draw(parts.pictures).Take();
}

std::string Instruction(const Inquiry& inquiry) {
  const bool chinese = inquiry.language == Language::kChinese;
  switch (inquiry.task) {
    case Task::kDescribe:
      return chinese ? "描述这幅画。" : "Describe the picture.";
    case Task::kQuestion:
      return inquiry.about;
    case Task::kClaim:  // answer: "yes" or "no"
      return (chinese ? "这句话对吗：" : "Is this true: ") + inquiry.about;
    case Task::kWhere:  // answer: "LEFT TOP RIGHT BOTTOM" in percent
      return chinese ? inquiry.about + "在哪里？" : "Where is " + inquiry.about + "?";
    case Task::kSeenPlan:  // answer: the plan that the picture follows
      return "Write the plan of the picture.";
    case Task::kFacts:
      return "List the facts: " + inquiry.about;
    case Task::kPlan:
    case Task::kNarrative:
      break;
  }
  DIPTYCH_CHECK(false, "plan and narrative are parts of an answer: its prompt asks for them");
  return {};
}

Layout LookTrunk(int pictures) {
  Composer composer(Stage::kPrompt);
  composer.Template(BeforeRequest());
  AppendPictures(pictures, PictureSetting::kLine, composer);
  return composer.Take();
}

Layout LookBranch(const Inquiry& inquiry) {
  Composer composer(Stage::kPrompt);
  composer.Mark(PieceKind::kBranchBegin);
  AppendInquiry(inquiry, composer);
  return composer.Mark(PieceKind::kBranchEnd).Take();
}

Layout LookLayout(int pictures, std::span<const Inquiry> inquiries) {
  Composer composer(Stage::kPrompt);
  composer.Append(LookTrunk(pictures));
  for (const Inquiry& inquiry : inquiries) composer.Append(LookBranch(inquiry));
  return composer.Take();
}

Layout FactsLayout(std::string text, std::string facts) {
  Composer composer(Stage::kPrompt);
  composer.Template(BeforeRequest());
  AppendInquiry({.task = Task::kFacts, .about = std::move(text), .answer = std::move(facts)}, composer);
  return composer.Take();
}

}  // namespace diptych::text
