#include "world/tale_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"

namespace diptych::world {
namespace {

using testing::HasSubstr;
using testing::Not;

// The rules of these two files.
std::string RulesOf(const std::string& kinds, const std::string& doing,
                    text::Language language = text::Language::kEnglish) {
  const base::TemporaryFolder folder;
  std::filesystem::create_directories(folder / "tales");
  base::WriteFileAtomically(folder / "tales/kinds.txt", kinds);
  base::WriteFileAtomically(folder / "tales/doing.txt", doing);
  return TaleRules(folder.path(), language);
}

// The lines of one rule.
std::string RuleOf(const std::string& rules, const std::string& name) {
  const size_t begin = ("\n" + rules).find("\n" + name + ":\n");
  return begin == rules.npos ? "" : rules.substr(begin, rules.find("\n\n", begin) - begin);
}

TEST(TaleRules, AKindsSentencesHaveItAsTheirCondition) {
  const std::string rules = RulesOf(
      "## kind\nairplane | = {The_thing} has wings.\nkite | ~ The wind does the work.\n## family\nfruit | ~ It is "
      "ripe.\n",
      "");
  EXPECT_THAT(RuleOf(rules, "tale_of_kind"), HasSubstr("[kind=aeroplane, !form=many] {capital}{the_one} has wings."))
      << "the plan language has its own word for it";
  EXPECT_THAT(RuleOf(rules, "tale_of_kind_named"), HasSubstr("{capital}{the_one} has wings."));
  EXPECT_THAT(RuleOf(rules, "tale_of_kind_named"), HasSubstr("[kind=kite] \n")) << "it has no name in it";
  EXPECT_THAT(RuleOf(rules, "tale_of_family"), HasSubstr("[kind=any fruit, form=one/name] It is ripe."));
  EXPECT_THAT(RuleOf(rules, "claim_tale_kind"), HasSubstr("has wings."));
  EXPECT_THAT(RuleOf(rules, "claim_tale_kind"), Not(HasSubstr("The wind")));
}

TEST(TaleRules, DeedsAreOfOneThingAndOnlyWhatIsSeenIsClaimed) {
  const std::string rules = RulesOf("",
                                    "## action\nreading | = {The_thing} reads.\nreading | ~ {He} hums.\n"
                                    "## action + feeling\nreading + sad | ~ {He} sighs.\n"
                                    "## holding\nany | = {The_thing} has {held}.\n## wearing\nboots | = Boots.\n");
  EXPECT_THAT(RuleOf(rules, "tale_acts states action"),
              HasSubstr("[action=reading, form=one/name] *2 {capital}{the_one} reads."));
  EXPECT_THAT(RuleOf(rules, "tale_acts states action"), HasSubstr("[action] {plain_acts}"));
  EXPECT_THAT(RuleOf(rules, "tale_acts states action"), Not(HasSubstr("hums.")));
  EXPECT_THAT(RuleOf(rules, "tale_beyond"),
              HasSubstr("[action=reading, feeling=sad, form=one/name] *4 {capital}{he} sighs."));
  EXPECT_THAT(RuleOf(rules, "tale_beyond_named"), HasSubstr("*4 {capital}{the_one} sighs."));
  EXPECT_THAT(RuleOf(rules, "claim_tale_action"), HasSubstr("reads."));
  EXPECT_THAT(RuleOf(rules, "claim_tale_action"), Not(HasSubstr("hums.")));
  EXPECT_THAT(RuleOf(rules, "claim_tale_held"), HasSubstr("{the_one} has {held_a}."));
  EXPECT_THAT(rules, Not(HasSubstr("Boots"))) << "nobody wears them in the world";
}

TEST(TaleRules, OpeningsKnowWhatTheyBear) {
  const std::string rules = RulesOf("",
                                    "## opening\nany | = Here is {a_thing}.\nany | = The picture has {a_thing} in it.\n"
                                    "any | = Can you see {a_thing}?\n");
  EXPECT_THAT(RuleOf(rules, "opening_any"), HasSubstr("[form=one/name/mass] Here is {introduced}."));
  EXPECT_THAT(RuleOf(rules, "opening_any"), HasSubstr("  Can you see {introduced}?"));
  EXPECT_THAT(RuleOf(rules, "opening_any_set"), HasSubstr("Can you see {introduced_set}?"));
  EXPECT_THAT(RuleOf(rules, "opening_any_set"), Not(HasSubstr("The picture")));
  EXPECT_THAT(RuleOf(rules, "opening_any_row"), Not(HasSubstr("Here is")));
}

TEST(TaleRules, AWholeStoryStatesItsActionAndTellsTheSettingSecond) {
  const std::string rules =
      RulesOf("", "## tale\nanimal + reading | = {A_thing} reads. / ~ It rains in it. / ~ {He} smiles.\n");
  EXPECT_THAT(rules, HasSubstr("tale_begins_1 states action:\n  {capital}{introduced_whole} reads.\n"));
  EXPECT_THAT(RuleOf(rules, "tale_whole_deed"),
              HasSubstr("[action=reading, form=one/name, family=animal] {tale_begins_1} {tale_setting} It rains in it. "
                        "{capital}{he} smiles."));
}

TEST(TaleRules, DeedsAreWhatFollowsTheSubjectAndKnowTheirNumber) {
  const std::string rules =
      RulesOf("",
              "## deed\nsinging + sad | = {The_thing} {sings/sing} with {his} {head/heads} low. / ~ It is late.\n"
              "singing | = {The_thing} sings. / ~ It is a waltz.\n");
  EXPECT_THAT(RuleOf(rules, "tale_felt_tail states feeling"),
              HasSubstr("[action=singing, feeling=sad] *200 {sings/sing} with {his} {head/heads} low.\n"));
  EXPECT_THAT(RuleOf(rules, "tale_felt_full_tail states feeling"), HasSubstr("{head/heads} low. It is late.\n"));
  EXPECT_THAT(RuleOf(rules, "tale_deed_tail states action"),
              HasSubstr("[action=singing, form=one/name] *200 sings.\n"));
  EXPECT_THAT(RuleOf(rules, "tale_deed_tail states action"), HasSubstr("[action] {plain_deed_tail}"));
}

TEST(TaleRules, CompanyMeansBoth) {
  const std::string rules = RulesOf(
      "",
      "## deed\nsinging | = {The_thing} sings.\n## together\nsinging | = {A_thing} sings, and {beside} {b_thing} "
      "joins in.\n## beside\nsinging + thing | ~ {beside}, {b_thing} gets it all.\n"
      "## others\nsinging | ~ {others} wait.\n## two\nfruit + vehicle | ~ {The_thing} fits into {the_b}.\n"
      "## gather\nfruit | ~ It is a market.\n");
  EXPECT_THAT(RuleOf(rules, "tale_together"),
              HasSubstr("first.action=singing, second.action=singing, first.form=one/name, second.form=one/name] *200 "
                        "{introduced_deed:first} sings, and {beside:first} {introduced_deed:second} joins in."));
  EXPECT_THAT(RuleOf(rules, "tale_beside"), HasSubstr("!other.family=animal/person/robot/fantasy"));
  EXPECT_THAT(RuleOf(rules, "tale_others"), HasSubstr("{the_others} wait."));
  EXPECT_THAT(RuleOf(rules, "tale_of_two"), HasSubstr("{the_one:first} fits into {the_one:second}."));
  EXPECT_THAT(RuleOf(rules, "tale_of_two"), HasSubstr("{the_one:second} fits into {the_one:first}."))
      << "whichever comes first";
  EXPECT_THAT(RuleOf(rules, "tale_gather"), HasSubstr("subjects=three, first.kind=any fruit"));
}

TEST(TaleRules, ChineseHasItsOwnSlots) {
  const std::string rules = RulesOf("## kind\nkite | = {thing}的线在{he}手里。\n", "", text::Language::kChinese);
  EXPECT_THAT(RuleOf(rules, "tale_of_kind"), HasSubstr("[kind=kite, count=one] {the_one}的线在{it}手里。"));
}

TEST(TaleRules, ErrorsNameTheLine) {
  for (const char* bad : {"## kind\nkite | The wind.\n", "## kind\nkite\n", "## kind\nkite | = The (wind).\n"}) {
    try {
      RulesOf(bad, "");
      ADD_FAILURE() << "accepted: " << bad;
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("kinds.txt:2: ")) << bad;
    }
  }
}

}  // namespace
}  // namespace diptych::world
