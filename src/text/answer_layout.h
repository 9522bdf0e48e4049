// The order of everything that a model reads and writes, in training and in answering: every kind of document and
// request as a list of pieces, made by the functions below and by no other code. Pieces are data. The trainer walks
// them to make rows and losses (data/sequence.h), the engine to run forward passes and to write texts
// (engine/generate.h).
//
//   answer         PROMPT, plan, picture drawn, the same picture read, narrative
//   edit           an answer with pictures before the prompt
//   story          PROMPT, plan, text, then pictures with a text after each, as many as the model chooses
//   unconditional  a turn without words, then a picture: the unconditional side of classifier-free guidance
//   look           pictures, then branches that do not see each other: a question about them and its answer
//   facts          a text and the facts that it states
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/conversation.h"

namespace diptych::text {

// What the model is asked to write.
enum class Task { kPlan, kNarrative, kDescribe, kQuestion, kClaim, kWhere, kFacts, kSeenPlan };

// The parts of an answer. In documents of questions the question is kPrompt and the answer kNarrative.
enum class Stage { kPrompt, kPlan, kPicture, kNarrative };

// What an answer holds, and what its narrative is written from.
enum class Scope {
  kWhole,             // plan, picture, and a narrative with the picture in view
  kPictureUnseen,     // the same parts, but the narrative is written from prompt and plan: "<img>" "</img>" are empty
  kWithoutNarrative,  // plan and picture, no narrative
  kWithoutPicture,    // plan and the narrative of kPictureUnseen; nothing is drawn
  kPlanAlone,         // the plan, and nothing after it
};

enum class PieceKind {
  kTemplate,      // text of the layout: a special token's spelling in it is that token
  kOrdinary,      // words of a user, of the model or of a source: nothing in them is a special token
  kPictureRead,   // the tokens of a picture, which share one position
  kPictureDrawn,  // a picture is drawn here: its noisy tokens attend to the sequence but are not part of it
  kBranchBegin,   // up to kBranchEnd: a branch, which attends to itself and to what stands before the first branch
  kBranchEnd,
};

// Each text is tokenized by itself: no token crosses the edge of a piece.
struct Piece {
  PieceKind kind = PieceKind::kTemplate;
  Stage stage = Stage::kPrompt;
  std::string text{};            // of kTemplate and kOrdinary; empty where the model will write it
  std::optional<Task> target{};  // set: the text has a loss in training, as one of this task
  int picture = 0;               // of kPictureRead and kPictureDrawn: which of the document's pictures
  bool operator==(const Piece&) const = default;
};
using Layout = std::vector<Piece>;

// Whether the piece is text that the model writes when it answers. The tokens that end such a text are a template.
inline bool IsWritten(const Piece& piece) { return piece.kind == PieceKind::kOrdinary && piece.target.has_value(); }
// The pieces before the first that the model writes; all, when it writes none.
std::span<const Piece> BeforeWritten(std::span<const Piece> pieces);
// The pieces up to the first picture drawn, this one included; all, when none is drawn.
std::span<const Piece> UpToDrawing(std::span<const Piece> pieces);
// The longest runs of pieces of one stage, in order.
std::vector<std::span<const Piece>> StagesOf(std::span<const Piece> pieces);

// Who writes the thinking block.
enum class Planning {
  kNone,     // it is empty
  kGiven,    // it holds a given plan
  kWritten,  // the model writes it
};

struct AnswerParts {
  std::string prompt;                            // as its user wrote it
  bool mid_sentence = false;                     // spelt as within a sentence: MidSentence
  std::optional<Language> requested_language{};  // the prompt ends with a request for a narrative in it
  int pictures = 0;                              // of an edit: the document's pictures before the one that is drawn
  Planning planning = Planning::kWritten;
  std::string plan{};       // empty where the model will write it
  std::string narrative{};  // likewise; of a story: the text before its first picture
  Scope scope = Scope::kWhole;
};
Layout AnswerLayout(const AnswerParts& parts);

// A story up to its first picture.
Layout StoryBeginning(const AnswerParts& parts);
// The next picture of a story and what is written after it.
struct PanelParts {
  int picture = 0;     // of the document
  std::string text{};  // empty where the model will write it
  Scope scope = Scope::kWhole;
};
Layout StoryPanel(const PanelParts& parts);
// A whole story: texts[0] before the first picture, a picture before each of the other texts. `parts.narrative` is not
// used.
Layout StoryLayout(AnswerParts parts, std::span<const std::string> texts);

struct UnconditionalParts {
  int pictures = 0;    // in view, before the one that is drawn
  bool thinks = true;  // with an empty thinking block, as models that plan are trained; public ones have none
};
Layout UnconditionalLayout(const UnconditionalParts& parts);

// A question about pictures, or about a text.
struct Inquiry {
  Task task = Task::kDescribe;
  std::string about{};  // the question, claim, subject or text; empty for kDescribe and kSeenPlan
  Language language = Language::kEnglish;
  std::string answer{};  // empty where the model will write it
};
// The words that ask it.
std::string Instruction(const Inquiry& inquiry);
// `pictures` in view, and what each inquiry asks of them, each in a branch of its own.
Layout LookLayout(int pictures, std::span<const Inquiry> inquiries);
// LookLayout without its branches, and one branch alone.
Layout LookTrunk(int pictures);
Layout LookBranch(const Inquiry& inquiry);

// Asks for the facts that a text states. The answer is one fact a line, in the plan language.
Layout FactsLayout(std::string text, std::string facts);

}  // namespace diptych::text
