#include "coherence/story.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "coherence/asked.h"
#include "coherence/cues.h"
#include "coherence/plan_edit.h"
#include "coherence/sentences.h"

namespace diptych::coherence {
namespace {

// With which a clause begins that tells what is next. English ones are whole words.
constexpr std::string_view kNext[] = {
    "then",     "later",    "afterwards", "after that", "finally", "in the end", "at last", "soon", "suddenly",
    "the next", "next day", "然后",       "然後",       "接着",    "接著",       "后来",    "後來", "随后",
    "隨後",     "之后",     "之後",       "最后",       "最後",    "不久",       "突然",    "忽然", "第二天"};
constexpr std::string_view kSeparators[] = {",", ";", "，", "；", "、"};

// Where the next scene begins, if a text in small letters parts there: behind ", and", "," or " and " before a word of
// kNext.
std::optional<size_t> SceneAfter(std::string_view text, size_t at) {
  size_t next = at;
  for (const std::string_view separator : kSeparators)
    if (text.substr(at).starts_with(separator)) next = at + separator.size();
  if (next == at && !text.substr(at).starts_with(" and ")) return {};
  next = SkipSpaces(text, next);
  if (StandsAt(text, next, "and")) next = SkipSpaces(text, next + 3);
  const bool begins = std::ranges::any_of(kNext, [&](std::string_view word) { return StandsAt(text, next, word); });
  return begins ? std::optional(next) : std::nullopt;
}

std::vector<TextSpan> PartsOf(std::string_view prompt) {
  const std::string lower = Lowered(prompt);
  std::vector<TextSpan> parts;
  for (const TextSpan& sentence : SplitSentences(prompt)) {
    size_t first = sentence.first;
    for (size_t i = sentence.first; i < sentence.last; ++i) {
      const std::optional<size_t> next = SceneAfter(std::string_view(lower).substr(0, sentence.last), i);
      if (!next) continue;
      parts.push_back({first, i});
      first = *next;
      i = *next;
    }
    parts.push_back({first, sentence.last});
  }
  return parts;
}

void JoinNewcomers(const Report& from, Report& report) {
  const auto join = [](const auto& some, auto& all) {
    for (const auto& one : some)
      if (std::ranges::find(all, one) == all.end()) all.push_back(one);
  };
  join(from.not_understood, report.not_understood);
  join(from.near, report.near);
}

class Story {
 public:
  Story(const AnswerWish& wish, const SceneMaker& make) : wish_(wish), make_(make) {}

  // Makes the scene and puts its picture at the story's end; returns its plan. What its words say that nobody
  // understood, and what stands for what, is the report's.
  std::string Add(const engine::GenerateRequest& request, const Report& read) {
    const int number = pictures_ + 1;
    const auto numbered = [this, number](CheckedClaim claim) {
      claim.picture = number;
      wish_.on_claim(claim);
    };
    AnswerWish scene{.request = request,
                     .prompt_given = wish_.prompt_given || number > 1,
                     .check = wish_.check,
                     .boxes = wish_.boxes,
                     .on_repair = wish_.on_repair};
    if (wish_.on_claim) scene.on_claim = numbered;
    CheckedAnswer made = make_(scene);
    std::string plan = made.answer.plan;
    if (made.report) {
      for (CheckedClaim& claim : made.report->claims) claim.picture = number;
      if (!story_.report) story_.report.emplace();
      std::ranges::move(made.report->claims, std::back_inserter(story_.report->claims));
      JoinNewcomers(*made.report, *story_.report);
      JoinNewcomers(read, *story_.report);
    }
    Append(std::move(made));
    return plan;
  }

  CheckedAnswer Finish() && {
    if (story_.report && wish_.on_report) wish_.on_report(*story_.report);
    return std::move(story_);
  }

 private:
  void Append(CheckedAnswer made) {
    std::ranges::move(made.repair, std::back_inserter(story_.repair));
    story_.check_s += made.check_s;
    story_.repair_s += made.repair_s;
    if (pictures_++ == 0) {
      story_.answer = std::move(made.answer);
      return;
    }
    engine::Answer& story = story_.answer;
    engine::Answer& scene = made.answer;
    story.further.push_back({std::move(scene.picture), std::move(scene.narrative), std::move(scene.plan)});
    story.plan_cut |= scene.plan_cut;
    story.text_cut |= scene.text_cut;
    engine::Timings& sum = story.timings;
    const engine::Timings& more = scene.timings;
    sum = {.prompt_s = sum.prompt_s + more.prompt_s,
           .plan_s = sum.plan_s + more.plan_s,
           .picture_s = sum.picture_s + more.picture_s,
           .narrative_s = sum.narrative_s + more.narrative_s,
           .prompt_tokens = sum.prompt_tokens + more.prompt_tokens,
           .plan_tokens = sum.plan_tokens + more.plan_tokens,
           .narrative_tokens = sum.narrative_tokens + more.narrative_tokens,
           .steps = sum.steps + more.steps};
  }

  const AnswerWish& wish_;
  const SceneMaker& make_;
  CheckedAnswer story_{};
  int pictures_ = 0;
};

}  // namespace

std::vector<std::string> ScenesOf(std::string_view prompt, int most, const CheckData& data) {
  std::vector<TextSpan> scenes;
  bool asked = false;
  for (const TextSpan& part : PartsOf(prompt)) {
    if (scenes.empty() || asked)
      scenes.push_back(part);
    else
      scenes.back().last = part.last;
    asked = asked || !AskedBy(prompt.substr(part.first, part.last - part.first), "", data).facts.empty();
  }
  if (scenes.empty()) return {std::string(prompt)};
  const size_t count = std::min(scenes.size(), static_cast<size_t>(std::max(1, most)));
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) {
    const size_t first = scenes[i * scenes.size() / count].first;
    texts.emplace_back(prompt.substr(first, scenes[(i + 1) * scenes.size() / count - 1].last - first));
  }
  return texts;
}

CheckedAnswer MakeStory(const engine::Model& model, const CheckData& data, const AnswerWish& wish,
                        const SceneMaker& make, const std::function<bool()>& cancelled) {
  const std::vector<std::string> scenes = ScenesOf(wish.request.prompt, wish.request.options.max_pictures, data);
  EditableAnswer last{.request = wish.request, .plan = {}};
  last.request.prompt = scenes.front();
  last.request.options.max_pictures = 1;
  Story story(wish, make);
  last.plan = story.Add(last.request, {});
  if (scenes.size() == 1) return std::move(story).Finish();
  Asked asked = AskedIn(model, data, last);
  last.request.plan.reset();
  last.request.options.repairs = 0;  // they would move what is to stay
  for (size_t i = 1; i < scenes.size(); ++i) {
    PlanEdit edit = EditPlan(scenes[i], last.plan, asked, data);
    if (!edit.changes) continue;
    asked = edit.asked;
    AnswerEdit scene = LayOutEdit(model, data, last, std::move(edit), cancelled);
    last.request.prompt = scene.request.prompt;
    last.plan = story.Add(scene.request, {.claims = {}, .not_understood = scene.unknown, .near = scene.near});
  }
  return std::move(story).Finish();
}

}  // namespace diptych::coherence
