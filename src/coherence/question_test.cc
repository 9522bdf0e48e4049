#include "coherence/question.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "plan/lexicon_for_test.h"

namespace diptych::coherence {
namespace {

using testing::ElementsAre, testing::IsEmpty;

// The reply where the model answers `answer`, and says so of statements, 0.05 of all others.
Reply Replied(std::string_view question, const std::string& answer, std::map<std::string, double> says) {
  const CheckData data{.vocabulary = plan::VocabularyForTest(), .lexicon = plan::LexiconForTest()};
  const Opinions opinions = [&says](const std::vector<std::string>& statements, text::Language) {
    std::vector<double> probabilities;
    for (const std::string& one : statements) probabilities.push_back(says.contains(one) ? says[one] : 0.05);
    return probabilities;
  };
  return ReplyTo(
      question, data, [&answer](std::string_view) { return answer; }, opinions);
}

TEST(ReplyTo, SaysThatAThingIsNotThere) {
  const Reply reply = Replied("is the cat red", "yes", {});
  EXPECT_EQ(reply.text, "There is no cat.");
  EXPECT_THAT(reply.absent, ElementsAre("cat"));
  EXPECT_TRUE(reply.known);
  EXPECT_EQ(Replied("猫是红色的", "是", {}).text, "图里没有猫。");
}

TEST(ReplyTo, DoesNotKnowWhatItDoesNotUnderstand) {
  const Reply reply = Replied("is the capital red", "no", {});
  EXPECT_EQ(reply.text, "I do not know.");
  EXPECT_FALSE(reply.known);
  EXPECT_THAT(reply.not_understood, ElementsAre("capital"));
}

TEST(ReplyTo, CannotTellANearKindFromTheOneThatItKnows) {
  const Reply reply = Replied("is the tiger red", "yes", {{"cat", 0.99}, {"cat: red", 0.99}});
  EXPECT_FALSE(reply.known);
  EXPECT_THAT(reply.not_understood, ElementsAre("tiger"));
  EXPECT_EQ(Replied("is the tiger red", "yes", {}).text, "There is no tiger.");
}

TEST(ReplyTo, UnderstandsWordsThatOnlyQuestionsUse) {
  const CheckData data{
      .vocabulary = plan::VocabularyForTest(),
      .lexicon = plan::Lexicon::Parse(std::string(plan::kLexiconForTest) + "how many\tquestion\t\n", "lexicon.tsv")};
  const auto three = [](std::string_view) { return std::string("three"); };
  const Opinions all = [](const std::vector<std::string>& statements, text::Language) {
    return std::vector<double>(statements.size(), 0.99);
  };
  EXPECT_EQ(ReplyTo("how many cats", data, three, all).text, "three");
  EXPECT_FALSE(ReplyTo("how tall cats", data, three, all).known);
  EXPECT_THAT(data.UnknownWords("how many cats"), ElementsAre("how many"));  // in a prompt
}

TEST(ReplyTo, AnAnswerMustStandTheCheck) {
  EXPECT_EQ(Replied("is the bus red", "yes", {{"bus", 0.99}, {"bus: red", 0.95}}).text, "yes");
  EXPECT_EQ(Replied("is the bus red", "no", {{"bus", 0.99}, {"bus: red", 0.05}}).text, "no");
  for (const double contradicting : {0.05, 0.5}) {
    const Reply reply = Replied("is the bus red", "yes", {{"bus", 0.99}, {"bus: red", contradicting}});
    EXPECT_EQ(reply.text, "I do not know.");
    EXPECT_EQ(reply.guess, "yes");
  }
  // Of an answer in words, said of what the question asks about.
  EXPECT_EQ(Replied("the bus is", "blue", {{"bus", 0.99}, {"bus: blue", 0.9}}).text, "blue");
  EXPECT_FALSE(Replied("the bus is", "blue", {{"bus", 0.99}, {"bus: blue", 0.1}}).known);
  EXPECT_FALSE(Replied("the bus is", "blue", {{"bus", 0.5}, {"bus: blue", 0.9}}).known);  // if it is there at all
  EXPECT_EQ(Replied("the bus is", "there", {{"bus", 0.99}}).text, "there");               // states nothing
  EXPECT_FALSE(Replied("is it there", "yes", {}).known);                                  // of what, nobody can tell
}

TEST(ReplyTo, AlternativesAreDecidedByTheCheck) {
  const std::map<std::string, double> blue = {{"bus", 0.99}, {"bus: blue", 0.95}};
  EXPECT_EQ(Replied("is the bus red or blue", "no", blue).text, "blue");
  EXPECT_EQ(Replied("is the bus red or blue", "no", {{"bus", 0.99}}).text, "Neither.");
  EXPECT_FALSE(Replied("is the bus red or blue", "no", {{"bus", 0.99}, {"bus: blue", 0.6}}).known);
}

TEST(ReplyTo, WithoutALexiconTheModelAnswers) {
  const Reply reply = ReplyTo("what is a glacier", {}, [](std::string_view) { return std::string("ice"); }, {});
  EXPECT_EQ(reply.text, "ice");
  EXPECT_THAT(reply.not_understood, IsEmpty());
}

}  // namespace
}  // namespace diptych::coherence
