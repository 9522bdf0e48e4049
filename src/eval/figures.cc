#include "eval/figures.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"

namespace diptych::eval {
namespace {

constexpr std::array<FigureRow, kFigures> kRows = {{
    {"all_facts_drawn", "all facts drawn", "pictures that show every fact of their prompt"},
    {"geometric_mean", "geometric mean of facts drawn",
     "for each prompt the geometric mean of the probabilities that its facts are drawn, after what the judge's "
     "verdicts "
     "are worth by its own measured error"},
    {"facts_drawn", "facts drawn", "facts of the prompts that the pictures show"},
    {"agreement", "agreement", "facts of the narratives that the pictures show"},
    {"facts_told", "facts told", "facts of the prompts that the narratives keep"},
    {"facts_planned", "facts planned", "facts of the prompts that the plans keep"},
    {"faulty_sentences", "faulty sentences", "sentences of the narratives that are not grammatical"},
    {"faults_a_narrative", "faults a narrative", "ungrammatical sentences in a narrative", false},
    {"distinct_narratives", "distinct narratives", "narratives that differ from each other over several seeds"},
}};

Ratio RatioOf(const Share& share) { return {static_cast<double>(share.right), static_cast<double>(share.of)}; }

// As GenEval 2 scores a prompt (Soft-TIFA GM): 0 where one fact is surely not drawn.
double GeometricMean(const FactShares& drawn, const VerdictWorth& worth) {
  double logs = 0;
  for (size_t topic = 0; topic < drawn.by_topic.size(); ++topic) {
    const auto& [right, of] = drawn.by_topic[topic];
    if (right > 0) logs += right * std::log(worth.granted[topic]);
    if (of > right) logs += (of - right) * std::log(worth.refused[topic]);
  }
  return std::exp(logs / drawn.all.of);
}

Ratio RatioOf(Figure figure, const PromptResult& result, const VerdictWorth& worth) {
  const AnswerScore& score = result.score;
  switch (figure) {
    case Figure::kAllDrawn:
      // A whole of 0 leaves a prompt without counted facts out of the mean.
      if (score.drawn.all.of == 0) return {0, 0};
      return {score.drawn.all.right == score.drawn.all.of ? 1.0 : 0.0, 1};
    case Figure::kGeometric:
      return score.drawn.all.of == 0 ? Ratio{0, 0} : Ratio{GeometricMean(score.drawn, worth), 1};
    case Figure::kDrawn:
      return RatioOf(score.drawn.all);
    case Figure::kAgreement:
      return RatioOf(score.agreement.all);
    case Figure::kTold:
      return RatioOf(score.told.all);
    case Figure::kPlanned:
      return RatioOf(score.planned.all);
    case Figure::kFaultySentences:
      return RatioOf(score.faults);
    case Figure::kFaults:
      return {static_cast<double>(score.faults.right), score.faults.of > 0 ? 1.0 : 0.0};
    case Figure::kDistinct:
      return RatioOf(result.distinct);
  }
  DIPTYCH_CHECK(false, "a figure without its rule");
  return {};
}

bool IsOf(Group group, const BenchmarkPrompt& prompt) {
  return group == Group::kAll || prompt.held_out == (group == Group::kHeldOut);
}

// The prompts' places in the set, of one rung (0: of all) and group.
std::vector<size_t> Choose(const std::vector<BenchmarkPrompt>& prompts, int rung, Group group) {
  std::vector<size_t> chosen;
  for (size_t i = 0; i < prompts.size(); ++i) {
    if ((rung == 0 || prompts[i].rung == rung) && IsOf(group, prompts[i])) chosen.push_back(i);
  }
  return chosen;
}

template <typename ToRatio>
std::vector<Ratio> Gather(const std::vector<size_t>& chosen, ToRatio to_ratio) {
  std::vector<Ratio> ratios;
  for (size_t i : chosen) ratios.push_back(to_ratio(i));
  return ratios;
}

// The table without topics; `figure_of(bootstrap, chosen, figure)` gives each entry.
template <typename FigureOf>
FigureTable Tabulate(const std::vector<BenchmarkPrompt>& prompts, FigureOf figure_of) {
  const auto group_figures = [&](int rung, Group group) {
    const std::vector<size_t> chosen = Choose(prompts, rung, group);
    const Bootstrap bootstrap(chosen.size());
    GroupFigures figures{.prompts = static_cast<int>(chosen.size()), .values = {}};
    for (int i = 0; i < kFigures; ++i)
      figures.values[static_cast<size_t>(i)] = figure_of(bootstrap, chosen, static_cast<Figure>(i));
    return figures;
  };
  std::set<int> rungs;
  for (const BenchmarkPrompt& prompt : prompts) rungs.insert(prompt.rung);
  FigureTable table;
  for (int i = 0; i < kGroups; ++i) {
    const auto group = static_cast<Group>(i);
    for (int rung : rungs) table.rungs[rung][static_cast<size_t>(i)] = group_figures(rung, group);
    table.whole[static_cast<size_t>(i)] = group_figures(0, group);
  }
  return table;
}

std::map<world::Topic, TopicFigures> TabulateTopics(const std::vector<PromptResult>& results) {
  std::vector<size_t> all(results.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = i;
  const Bootstrap bootstrap(results.size());
  std::map<world::Topic, TopicFigures> topics;
  for (size_t topic = 0; topic <= world::kTopics; ++topic) {
    const auto figure = [&](FactShares AnswerScore::*shares) {
      return bootstrap.Of(Gather(all, [&](size_t i) { return RatioOf((results[i].score.*shares).by_topic[topic]); }));
    };
    TopicFigures figures{.planned = figure(&AnswerScore::planned),
                         .drawn = figure(&AnswerScore::drawn),
                         .told = figure(&AnswerScore::told),
                         .agreement = figure(&AnswerScore::agreement)};
    for (const PromptResult& result : results) {
      const AnswerScore& score = result.score;
      figures.facts +=
          std::max({score.planned.by_topic[topic].of, score.drawn.by_topic[topic].of, score.told.by_topic[topic].of});
    }
    if (figures.facts > 0 || figures.agreement) topics[static_cast<world::Topic>(topic)] = figures;
  }
  return topics;
}

}  // namespace

const FigureRow& RowOf(Figure figure) { return kRows[static_cast<size_t>(figure)]; }

const char* NameOf(Group group) {
  constexpr std::array<const char*, kGroups> kNames = {"all", "other", "held-out"};
  return kNames[static_cast<size_t>(group)];
}

FigureTable MakeFigures(const std::vector<BenchmarkPrompt>& prompts, const std::vector<PromptResult>& results,
                        const VerdictWorth& worth) {
  DIPTYCH_CHECK(prompts.size() == results.size(), "one result a prompt");
  FigureTable table = Tabulate(prompts, [&](const Bootstrap& bootstrap, const std::vector<size_t>& chosen, Figure one) {
    return bootstrap.Of(Gather(chosen, [&](size_t i) { return RatioOf(one, results[i], worth); }));
  });
  table.topics = TabulateTopics(results);
  return table;
}

FigureTable MakeDifferences(const std::vector<BenchmarkPrompt>& prompts, const std::vector<PromptResult>& first,
                            const std::vector<PromptResult>& second, const VerdictWorth& worth) {
  DIPTYCH_CHECK(prompts.size() == first.size() && prompts.size() == second.size(), "one result a prompt");
  return Tabulate(prompts, [&](const Bootstrap& bootstrap, const std::vector<size_t>& chosen, Figure one) {
    return bootstrap.OfDifference(Gather(chosen, [&](size_t i) { return RatioOf(one, first[i], worth); }),
                                  Gather(chosen, [&](size_t i) { return RatioOf(one, second[i], worth); }));
  });
}

}  // namespace diptych::eval
