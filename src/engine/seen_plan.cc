#include "engine/seen_plan.h"

#include <algorithm>
#include <numeric>

#include "engine/picture_input.h"
#include "text/conversation.h"

namespace diptych {

double SeenPlan(const Model& model, Session& session, const Image& picture, std::string_view plan) {
  const Tokenizer& tokenizer = model.tokenizer();
  const TurnParts turn = UserTurn();
  Context context(model.weights());
  Passage view;
  view.Text(tokenizer.Encode(turn.before));
  AppendPictures(tokenizer, ReadablePixels(model, std::span(&picture, 1)), PictureSetting::kLine, &view);
  session.Read(context, view);

  std::vector<int32_t> ids = tokenizer.EncodeOrdinary(PlanInstruction());
  const std::vector<int32_t> end = tokenizer.Encode(turn.after + NoThinking());
  ids.insert(ids.end(), end.begin(), end.end());
  const auto asked = static_cast<std::ptrdiff_t>(ids.size());
  const std::vector<int32_t> answer = tokenizer.EncodeOrdinary(plan);
  ids.insert(ids.end(), answer.begin(), answer.end());
  ids.resize(std::min(ids.size(), static_cast<size_t>(model.config().max_positions - context.next_t())));
  const std::vector<double> likely = session.ReadLikely(context, ids);
  const std::ptrdiff_t tokens = std::ssize(ids) - asked;
  return tokens > 0 ? std::accumulate(likely.end() - tokens, likely.end(), 0.0) / static_cast<double>(tokens) : 0;
}

}  // namespace diptych
