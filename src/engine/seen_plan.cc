#include "engine/seen_plan.h"

#include <algorithm>
#include <numeric>

#include "engine/picture_input.h"
#include "text/conversation.h"

namespace diptych::engine {

double SeenPlan(const Model& model, Session& session, const base::Image& picture, std::string_view plan) {
  const text::Tokenizer& tokenizer = model.tokenizer();
  std::vector<int32_t> ids = tokenizer.Encode(text::UserTurn().after + text::NoThinking());
  Passage asked = PicturesInView(model, std::span(&picture, 1));
  asked.Text(tokenizer.EncodeOrdinary(text::PlanInstruction())).Text(std::span(ids).first(ids.size() - 1));
  Context context(model.weights());
  session.Read(context, asked);

  ids.erase(ids.begin(), ids.end() - 1);  // the last is what the plan's first token follows
  const std::vector<int32_t> answer = tokenizer.EncodeOrdinary(plan);
  ids.insert(ids.end(), answer.begin(), answer.end());
  ids.resize(std::min(ids.size(), static_cast<size_t>(model.config().max_positions - context.next_t())));
  const std::vector<double> likely = session.ReadLikely(context, ids);
  const double sum = std::accumulate(likely.begin(), likely.end(), 0.0);
  return likely.empty() ? 0 : sum / static_cast<double>(likely.size());
}

}  // namespace diptych::engine
