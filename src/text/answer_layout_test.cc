#include "text/answer_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace diptych::text {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kAsk = "<|im_start|>user\n", kReply = "<|im_end|>\n<|im_start|>assistant\n",
                  kEmptyBlock = "<think>\n\n</think>\n\n";

// Ordinary text in {}, what is learnt with a *, pictures as read:N and drawn:N in [], branches in ().
std::string Spell(std::span<const Piece> layout) {
  std::string text;
  for (const Piece& piece : layout) {
    const std::string mark = piece.target ? "*" : "";
    switch (piece.kind) {
      case PieceKind::kTemplate:
        text += mark + piece.text;
        break;
      case PieceKind::kOrdinary:
        text += mark + "{" + piece.text + "}";
        break;
      case PieceKind::kPictureRead:
        text += "[read:" + std::to_string(piece.picture) + "]";
        break;
      case PieceKind::kPictureDrawn:
        text += "[drawn:" + std::to_string(piece.picture) + "]";
        break;
      case PieceKind::kBranchBegin:
        text += "(";
        break;
      case PieceKind::kBranchEnd:
        text += ")";
        break;
    }
  }
  return text;
}

AnswerParts BusParts() { return {.prompt = "A bus", .plan = "PLAN", .narrative = "A bus drives."}; }

TEST(AnswerLayout, IsPromptPlanPictureNarrative) {
  EXPECT_EQ(Spell(AnswerLayout(BusParts())),
            kAsk + "{A bus}" + kReply + "<think>\n*{PLAN}*\n</think>\n\n<img>[drawn:0][read:0]</img>*{A bus drives.}" +
                "*<|im_end|>");
}

TEST(AnswerLayout, ScopesLeavePartsOut) {
  AnswerParts parts = BusParts();
  const auto after_plan = [&](Scope scope) {
    parts.scope = scope;
    const std::string text = Spell(AnswerLayout(parts)), plan = "*{PLAN}*\n</think>\n\n";
    return text.substr(text.find(plan) + plan.size());
  };
  EXPECT_EQ(after_plan(Scope::kPictureUnseen), "<img>[drawn:0]</img>*{A bus drives.}*<|im_end|>");
  EXPECT_EQ(after_plan(Scope::kWithoutPicture), "<img></img>*{A bus drives.}*<|im_end|>");
  EXPECT_EQ(after_plan(Scope::kWithoutNarrative), "<img>[drawn:0]");
  EXPECT_EQ(after_plan(Scope::kPlanAlone), "");
}

TEST(AnswerLayout, ThePlanIsGivenWrittenOrNone) {
  AnswerParts parts = BusParts();
  parts.scope = Scope::kPlanAlone;
  parts.planning = Planning::kGiven;
  EXPECT_EQ(Spell(AnswerLayout(parts)), kAsk + "{A bus}" + kReply + "<think>\n{PLAN}\n</think>\n\n");
  parts.planning = Planning::kNone;
  EXPECT_EQ(Spell(AnswerLayout(parts)), kAsk + "{A bus}" + kReply + kEmptyBlock);
}

TEST(AnswerLayout, SpellsThePromptAndAsksForALanguage) {
  AnswerParts parts = BusParts();
  parts.mid_sentence = true;
  parts.requested_language = Language::kEnglish;
  EXPECT_THAT(Spell(AnswerLayout(parts)), HasSubstr("{ a bus\nWrite in English.}"));
  parts.requested_language = Language::kChinese;
  EXPECT_THAT(Spell(AnswerLayout(parts)), HasSubstr("{ a bus\n请用中文写。}"));
}

TEST(AnswerLayout, AnEditHasItsPicturesBeforeThePrompt) {
  AnswerParts parts = BusParts();
  parts.pictures = 1;
  EXPECT_THAT(Spell(AnswerLayout(parts)), HasSubstr(kAsk + "<img>[read:0]</img>\n{A bus}"));
  EXPECT_THAT(Spell(AnswerLayout(parts)), HasSubstr("<img>[drawn:1][read:1]</img>"));
  parts.pictures = 2;
  EXPECT_THAT(Spell(AnswerLayout(parts)),
              HasSubstr(kAsk + "Image-1:<img>[read:0]</img>\nImage-2:<img>[read:1]</img>\n{A bus}"));
}

TEST(AnswerLayout, StagesFollowOneAnother) {
  const Layout answer = AnswerLayout(BusParts());
  std::vector<Stage> stages;
  size_t pieces = 0;
  for (std::span<const Piece> stage : StagesOf(answer)) {
    stages.push_back(stage.front().stage);
    pieces += stage.size();
  }
  EXPECT_THAT(stages, ElementsAre(Stage::kPrompt, Stage::kPlan, Stage::kPicture, Stage::kNarrative));
  EXPECT_EQ(pieces, answer.size());
}

TEST(AnswerLayout, IsCutAtWhatIsWrittenAndDrawn) {
  const Layout answer = AnswerLayout(BusParts());
  EXPECT_EQ(Spell(BeforeWritten(answer)), kAsk + "{A bus}" + kReply + "<think>\n");
  EXPECT_TRUE(Spell(UpToDrawing(answer)).ends_with("</think>\n\n<img>[drawn:0]"));
  const Layout trunk = LookTrunk(1);
  EXPECT_EQ(BeforeWritten(trunk).size(), trunk.size());
  EXPECT_EQ(UpToDrawing(trunk).size(), trunk.size());
}

TEST(StoryLayout, HasATextAroundEachPicture) {
  AnswerParts parts = {.prompt = "A bus", .planning = Planning::kNone};
  const std::vector<std::string> texts = {"Once", "Then", "End"};
  const std::string story = kAsk + "{A bus}" + kReply + kEmptyBlock +
                            "*{Once}*<img>[drawn:0][read:0]</img>*{Then}*<img>[drawn:1][read:1]</img>*{End}*<|im_end|>";
  EXPECT_EQ(Spell(StoryLayout(parts, texts)), story);
  parts.pictures = 1;
  EXPECT_THAT(Spell(StoryLayout(parts, texts)), HasSubstr("[drawn:2][read:2]</img>*{End}"));
}

TEST(StoryLayout, IsItsBeginningAndItsPanels) {
  AnswerParts parts = {.prompt = "A bus", .planning = Planning::kNone, .narrative = "Once"};
  const std::vector<std::string> texts = {"Once", "Then"};
  EXPECT_EQ(Spell(StoryLayout(parts, texts)),
            Spell(StoryBeginning(parts)) + Spell(StoryPanel({.picture = 0, .text = "Then"})) + "*<|im_end|>");
}

TEST(UnconditionalLayout, IsATurnWithoutWords) {
  EXPECT_EQ(Spell(UnconditionalLayout({})), kAsk + kReply + kEmptyBlock + "<img>[drawn:0]");
  EXPECT_EQ(Spell(UnconditionalLayout({.pictures = 2, .thinks = false})),
            kAsk + "<img>[read:0]</img><img>[read:1]</img>" + kReply + "<img>[drawn:2]");
}

TEST(LookLayout, AsksEachInABranchOfItsOwn) {
  const std::vector<Inquiry> inquiries = {{.task = Task::kDescribe, .answer = "A bus."},
                                          {.task = Task::kClaim, .about = "it is red", .answer = "no"}};
  EXPECT_EQ(Spell(LookLayout(1, inquiries)), kAsk + "<img>[read:0]</img>\n({Describe the picture.}" + kReply +
                                                 kEmptyBlock + "*{A bus.}*<|im_end|>)" + "({Is this true: it is red}" +
                                                 kReply + kEmptyBlock + "*{no}*<|im_end|>)");
  EXPECT_EQ(Spell(LookTrunk(2)), kAsk + "<img>[read:0]</img>\n<img>[read:1]</img>\n");
}

TEST(FactsLayout, IsTextAlone) {
  EXPECT_EQ(Spell(FactsLayout("a red bus", "bus: red")),
            kAsk + "{List the facts: a red bus}" + kReply + kEmptyBlock + "*{bus: red}*<|im_end|>");
}

TEST(Instruction, IsInTheLanguage) {
  const auto asks = [](Task task, const std::string& about, Language language) {
    return Instruction({.task = task, .about = about, .language = language});
  };
  EXPECT_EQ(asks(Task::kDescribe, "", Language::kEnglish), "Describe the picture.");
  EXPECT_EQ(asks(Task::kDescribe, "", Language::kChinese), "描述这幅画。");
  EXPECT_EQ(asks(Task::kClaim, "the bus is red", Language::kEnglish), "Is this true: the bus is red");
  EXPECT_EQ(asks(Task::kClaim, "车是红的", Language::kChinese), "这句话对吗：车是红的");
  EXPECT_EQ(asks(Task::kWhere, "the bus", Language::kEnglish), "Where is the bus?");
  EXPECT_EQ(asks(Task::kWhere, "公共汽车", Language::kChinese), "公共汽车在哪里？");
  EXPECT_EQ(asks(Task::kQuestion, "How many?", Language::kEnglish), "How many?");
  EXPECT_EQ(asks(Task::kSeenPlan, "", Language::kChinese), "Write the plan of the picture.");
  EXPECT_EQ(asks(Task::kFacts, "a red bus", Language::kEnglish), "List the facts: a red bus");
  EXPECT_THROW(asks(Task::kPlan, "", Language::kEnglish), std::logic_error);
}

}  // namespace
}  // namespace diptych::text
