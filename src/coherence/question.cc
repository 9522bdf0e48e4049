#include "coherence/question.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "text/conversation.h"

namespace diptych::coherence {
namespace {

using plan::StatedFact, plan::TypedFact;

constexpr std::array<std::string_view, 4> kYes = {"yes", "是", "有", "对"};
constexpr std::array<std::string_view, 5> kNo = {"no", "不", "没", "否", "错"};

// In a lexicon the property of words that only questions use, "many", "time".
constexpr std::string_view kQuestionProperty = "question";

// Whether an answer is a yes or a no; nothing when it says something else.
std::optional<bool> YesOrNo(std::string_view answer) {
  std::string small(answer);
  std::transform(small.begin(), small.end(), small.begin(), base::AsciiLower);
  const auto begins = [&small](std::string_view word) {
    return small.starts_with(word) && (small.size() == word.size() || !base::IsAsciiLetter(small[word.size()]));
  };
  if (std::any_of(kNo.begin(), kNo.end(), begins)) return false;
  if (std::any_of(kYes.begin(), kYes.end(), begins)) return true;
  return {};
}

class Questioning {
 public:
  Questioning(std::string_view question, const CheckData& data, const Answerer& answerer, const Opinions& opinions)
      : question_(question),
        chinese_(text::LanguageOf(question) == text::Language::kChinese),
        data_(data),
        answerer_(answerer),
        opinions_(opinions) {}

  coherence::Reply Run() {
    coherence::Reply reply;
    const plan::TextFacts read = *data_.Read(question_);
    reply.not_understood = NotUnderstood(read);
    if (!reply.not_understood.empty()) return DoNotKnow(std::move(reply), "");
    if (Absent(read, reply)) return reply;
    // Of what it has only a near kind of, it cannot tell whether it is that.
    reply.not_understood = NearKinds(read);
    if (!reply.not_understood.empty()) return DoNotKnow(std::move(reply), "");
    if (const auto alternatives = Alternatives(read); alternatives.size() > 1)
      return Decide(alternatives, std::move(reply));
    reply.text = answerer_(data_.ForModel(question_));
    if (!Stands(read, reply.text)) return DoNotKnow(std::move(reply), reply.text);
    return reply;
  }

 private:
  // Words that nobody understands; those that only questions use are understood in one.
  std::vector<std::string> NotUnderstood(const plan::TextFacts& read) const {
    const std::vector<plan::Mention> mentions = data_.lexicon->Read(question_);
    const auto asks = [](const plan::Meaning& meaning) { return meaning.property == kQuestionProperty; };
    std::vector<std::string> words;
    for (const plan::TextSpan& span : read.unknown) {
      const auto at =
          std::find_if(mentions.begin(), mentions.end(), [&](const auto& one) { return one.words == span; });
      if (at != mentions.end() && std::any_of(at->meanings.begin(), at->meanings.end(), asks)) continue;
      words.emplace_back(question_.substr(span.first, span.last - span.first));
    }
    return words;
  }

  // The joint verdict of facts that must all hold.
  Verdict Judge(const std::vector<TypedFact>& facts) const {
    CheckedClaim claim{.text = std::string(question_), .sources = {ClaimSource::kText}};
    for (const TypedFact& fact : facts)
      claim.facts.push_back({.fact = data_.vocabulary->Say(fact),
                             .property = data_.vocabulary->properties()[fact.property].name,
                             .kind = fact.subject,
                             .other = fact.other});
    std::vector<CheckedClaim> claims = {std::move(claim)};
    CheckClaims(opinions_, data_, {}, claims);
    return claims[0].verdict;
  }

  bool IsKind(const TypedFact& fact) const { return !fact.subject.empty() && fact.value.empty(); }
  bool IsOfSubject(const TypedFact& fact) const { return data_.vocabulary->properties()[fact.property].line.empty(); }

  // Says of a kind that the question speaks of that there is none.
  bool Absent(const plan::TextFacts& read, coherence::Reply& reply) const {
    std::string names;
    for (const StatedFact& stated : read.facts) {
      if (!IsKind(stated.fact) || stated.denied || Judge({stated.fact}) != Verdict::kFails) continue;
      const std::string word =
          stated.near ? Words(stated) : data_.lexicon->NounFor(stated.fact.subject, /*many=*/false, chinese_);
      names += (names.empty() ? "" : chinese_ ? "，也没有" : " and no ") + word;
      reply.absent.push_back(stated.fact.subject);
    }
    if (names.empty()) return false;
    reply.text = chinese_ ? "图里没有" + names + "。" : "There is no " + names + ".";
    return true;
  }
  std::vector<std::string> NearKinds(const plan::TextFacts& read) const {
    std::vector<std::string> words;
    for (const StatedFact& stated : read.facts)
      if (IsKind(stated.fact) && stated.near) words.push_back(Words(stated));
    return words;
  }
  std::string Words(const StatedFact& stated) const {
    return std::string(question_.substr(stated.words.first, stated.words.last - stated.words.first));
  }

  // Values of one property of one thing, "red or blue".
  std::vector<StatedFact> Alternatives(const plan::TextFacts& read) const {
    std::vector<StatedFact> found;
    for (const StatedFact& stated : WithSubjects(read)) {
      if (IsKind(stated.fact) || !stated.fact.other.empty() || stated.denied) continue;
      if (!found.empty() && stated.fact.property != found.front().fact.property) return {};
      found.push_back(stated);
    }
    return found;
  }

  // A property whose owner is open is the only kind's that the question names.
  std::vector<StatedFact> WithSubjects(const plan::TextFacts& read) const {
    std::vector<StatedFact> facts = read.facts;
    const std::string only = OnlyKind(read);
    for (StatedFact& stated : facts)
      if (IsOfSubject(stated.fact) && stated.fact.subject.empty()) stated.fact.subject = only;
    std::erase_if(facts, [this](const auto& one) { return IsOfSubject(one.fact) && one.fact.subject.empty(); });
    return facts;
  }
  std::string OnlyKind(const plan::TextFacts& read) const {
    std::string only;
    for (const StatedFact& stated : read.facts) {
      if (!IsKind(stated.fact) || stated.fact.subject == only) continue;
      if (!only.empty()) return {};
      only = stated.fact.subject;
    }
    return only;
  }

  coherence::Reply Decide(const std::vector<StatedFact>& alternatives, coherence::Reply reply) const {
    std::string holding;
    bool all_fail = true;
    for (const StatedFact& stated : alternatives) {
      const Verdict verdict = Judge({stated.fact});
      all_fail &= verdict == Verdict::kFails;
      if (verdict != Verdict::kHolds) continue;
      if (!holding.empty()) return DoNotKnow(std::move(reply), "");
      holding = Words(stated);
    }
    if (holding.empty() && !all_fail) return DoNotKnow(std::move(reply), "");
    reply.text = !holding.empty() ? holding : chinese_ ? "都不是。" : "Neither.";
    return reply;
  }

  // Whether the check does not contradict the answer. Of a yes or no the question states the facts; of other answers
  // the answer does, of the only kind that the question names where it names none itself. Facts that cannot be told are
  // not known; an answer that states none stands.
  bool Stands(const plan::TextFacts& question, const std::string& answer) const {
    std::vector<TypedFact> facts;
    const std::optional<bool> yes = YesOrNo(answer);
    if (yes) {
      for (const StatedFact& stated : WithSubjects(question)) facts.push_back(stated.fact);
    } else {
      plan::TextFacts said = *data_.Read(answer);
      const std::string own = OnlyKind(said), asked = OnlyKind(question);
      for (StatedFact& stated : said.facts) {
        if (IsOfSubject(stated.fact) && stated.fact.subject.empty()) stated.fact.subject = own.empty() ? asked : own;
        if (IsOfSubject(stated.fact) && stated.fact.subject.empty()) continue;
        facts.push_back(stated.fact);
      }
    }
    if (facts.empty()) return !yes;  // a yes or no whose question states no fact cannot be checked
    // What is said of a thing is only so if the thing is there.
    for (size_t i = facts.size(); i-- > 0;)
      if (!facts[i].subject.empty() && !yes) facts.push_back(data_.vocabulary->Presence(facts[i].subject));
    const Verdict verdict = Judge(facts);
    return verdict == (yes.value_or(true) ? Verdict::kHolds : Verdict::kFails);
  }

  coherence::Reply DoNotKnow(coherence::Reply reply, std::string guess) const {
    reply.known = false;
    reply.guess = std::move(guess);
    reply.text = chinese_ ? "我不知道。" : "I do not know.";
    return reply;
  }

  std::string_view question_;
  const bool chinese_;
  const CheckData& data_;
  const Answerer& answerer_;
  const Opinions& opinions_;
};

}  // namespace

Reply ReplyTo(std::string_view question, const CheckData& data, const Answerer& answerer, const Opinions& opinions) {
  if (!data.lexicon) return {.text = answerer(question)};
  return Questioning(question, data, answerer, opinions).Run();
}

Reply ReplyTo(std::string_view question, const CheckData& data, engine::PictureLook& look,
              const engine::Listener& listener) {
  const Answerer answerer = [&](std::string_view asked) { return look.Ask(asked, listener); };
  const Opinions opinions = [&look](const std::vector<std::string>& statements, text::Language language) {
    return look.Check(statements, language);
  };
  return ReplyTo(question, data, answerer, opinions);
}

}  // namespace diptych::coherence
