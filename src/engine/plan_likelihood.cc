#include "engine/plan_likelihood.h"

#include <algorithm>
#include <numeric>

#include "engine/layout_passage.h"
#include "engine/picture_input.h"
#include "text/layout_tokens.h"

namespace diptych::engine {

double PlanLikelihood(const Model& model, Session& session, const base::Image& picture, std::string_view plan) {
  const text::Tokenizer& tokenizer = model.tokenizer();
  const std::vector<text::Inquiry> inquiry = {{.task = text::Task::kSeenPlan}};
  const text::Layout look = text::LookLayout(1, inquiry);
  const std::span<const text::Piece> asked = text::BeforeWritten(look);
  const std::vector<PixelTokens> pixels = {ReadablePixels(model, picture)};
  // The last token of the request comes first, since the plan's first token is predicted from it.
  std::vector<int32_t> ids = text::TokensOf(tokenizer, asked.back());
  Context context(model.weights());
  session.Read(context,
               PassageOf(tokenizer, asked.first(asked.size() - 1), pixels).Text(std::span(ids).first(ids.size() - 1)));
  ids.erase(ids.begin(), ids.end() - 1);
  const std::vector<int32_t> answer = tokenizer.EncodeOrdinary(plan);
  ids.insert(ids.end(), answer.begin(), answer.end());
  ids.resize(std::min(ids.size(), static_cast<size_t>(model.config().max_positions - context.next_t())));
  const std::vector<double> likely = session.ReadLogProbabilities(context, ids);
  const double sum = std::accumulate(likely.begin(), likely.end(), 0.0);
  return likely.empty() ? 0 : sum / static_cast<double>(likely.size());
}

}  // namespace diptych::engine
