#include "engine/session.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "engine/picture_layers.h"

namespace diptych::engine {
namespace {

double LogProbability(std::span<const float> logits, size_t id) {
  const float largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (float logit : logits) sum += std::exp(double{logit} - largest);
  return logits[id] - largest - std::log(sum);
}

void CheckFinite(std::span<const float> logits) {
  if (!std::all_of(logits.begin(), logits.end(), [](float logit) { return std::isfinite(logit); }))
    throw base::Error("model", "it gave numbers that are not finite.", kNotFiniteHint);
}

}  // namespace

Passage& Passage::Text(std::span<const int32_t> ids) {
  if (!ids.empty()) parts_.push_back({{ids.begin(), ids.end()}, std::nullopt});
  return *this;
}

Passage& Passage::Picture(const PixelTokens& pixels) {
  parts_.push_back({{}, pixels});
  return *this;
}

Passage& Passage::Append(const Passage& other) {
  parts_.insert(parts_.end(), other.parts_.begin(), other.parts_.end());
  return *this;
}

int Passage::positions() const {
  size_t count = 0;
  for (const Part& part : parts_) count += part.picture ? 1 : part.ids.size();
  return static_cast<int>(count);
}

// Appends the passage's embedded rows to x and their positions, which continue the context's, to the segment.
void Session::Embed(const Passage& passage, Segment* segment, std::vector<float>* x) {
  const model::ModelConfig& config = weights_.config;
  int t = segment->context->next_t();
  for (const auto& part : passage.parts_) {
    if (!part.picture) {
      const std::vector<float> rows = engine::Embed(weights_, part.ids);
      x->insert(x->end(), rows.begin(), rows.end());
      for (size_t i = 0; i < part.ids.size(); ++i) segment->positions.push_back({.t = t++});
      continue;
    }
    const kernels::PatchGrid& tokens = part.picture->tokens;
    const PictureEmbedder embedder(weights_, model::Tower::kUnderstanding,
                                   {tokens.rows * config.merge, tokens.columns * config.merge});
    std::vector<float> rows(static_cast<size_t>(tokens.patches()) * static_cast<size_t>(config.hidden));
    embedder.Embed(NormalisedPatchesOf(*part.picture, config.patch), workspace_, rows);
    x->insert(x->end(), rows.begin(), rows.end());
    for (int i = 0; i < tokens.patches(); ++i)
      segment->positions.push_back({t, i / tokens.columns, i % tokens.columns});
    ++t;
  }
}

// Hands the observer the tokens that a segment is about to read.
void Session::ReportRead(const Passage& passage, const Segment& segment) const {
  if (!on_read_) return;
  std::vector<TokenRead> tokens;
  for (const kernels::Position& at : segment.positions) tokens.push_back({kPictureTokenRead, at.t, at.h, at.w});
  auto token = tokens.begin();
  for (const auto& part : passage.parts_)
    if (part.picture) {
      token += part.picture->tokens.patches();
    } else {
      for (int32_t id : part.ids) (token++)->id = id;
    }
  on_read_(*segment.context, tokens);
}

void Session::Read(Context& context, const Passage& passage) {
  Context* const one = &context;
  Read(std::span(&one, 1), std::span(&passage, 1));
}

std::vector<float> Session::RunPassages(std::span<Context* const> contexts, std::span<const Passage> passages,
                                        std::vector<size_t>* ends) {
  std::vector<Segment> segments;
  std::vector<float> x;
  for (size_t i = 0; i < contexts.size(); ++i) {
    segments.push_back({contexts[i], {}});
    Embed(passages[i], &segments.back(), &x);
    ReportRead(passages[i], segments.back());
    ends->push_back(x.size());
  }
  const Pass pass(weights_.config, std::move(segments));
  RunLayers(weights_, model::Tower::kUnderstanding, pass, workspace_, x);
  pass.Keep();
  return x;
}

void Session::Read(std::span<Context* const> contexts, std::span<const Passage> passages) {
  DIPTYCH_CHECK(contexts.size() == passages.size() && !contexts.empty(), "a passage for each context");
  const auto width = static_cast<size_t>(weights_.config.hidden);
  std::vector<size_t> ends;
  const std::vector<float> x = RunPassages(contexts, passages, &ends);
  last_.clear();
  for (size_t end : ends)
    last_.insert(last_.end(), x.begin() + static_cast<std::ptrdiff_t>(end - width),
                 x.begin() + static_cast<std::ptrdiff_t>(end));
}

std::vector<double> Session::ReadLogProbabilities(Context& context, std::span<const int32_t> ids) {
  Context* const one = &context;
  const Passage passage = Passage().Text(ids);
  std::vector<size_t> ends;
  const std::vector<float> x = RunPassages(std::span(&one, 1), std::span(&passage, 1), &ends);
  const std::vector<float> logits = Logits(weights_, x, workspace_);
  CheckFinite(logits);
  const auto vocabulary = static_cast<size_t>(weights_.config.vocabulary);
  std::vector<double> log_probabilities;
  for (size_t i = 1; i < ids.size(); ++i)
    log_probabilities.push_back(
        LogProbability(std::span(logits).subspan((i - 1) * vocabulary, vocabulary), static_cast<size_t>(ids[i])));
  return log_probabilities;
}

std::vector<float> Session::NextLogits(size_t index) {
  const auto width = static_cast<size_t>(weights_.config.hidden);
  DIPTYCH_CHECK((index + 1) * width <= last_.size(), "a context of the last Read");
  std::vector<float> logits = Logits(weights_, std::span(last_).subspan(index * width, width), workspace_);
  CheckFinite(logits);
  return logits;
}

std::vector<PixelTokens> Session::Draw(const FlowContexts& contexts, const FlowOptions& options,
                                       std::span<const PixelTokens> noises, const FlowListener& listener) {
  return DrawPictures(weights_, contexts, options, noises, workspace_, listener);
}

}  // namespace diptych::engine
