// One request: prefill of text and pictures into the KV caches of contexts, logits, and drawing.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/flow_sampler.h"
#include "engine/forward.h"
#include "engine/pixel_tokens.h"
#include "engine/read_observer.h"
#include "engine/token_sampler.h"

namespace diptych::engine {

// Tokens that are read together: text and pictures in any order.
class Passage {
 public:
  Passage& Text(std::span<const int32_t> ids);
  // The tokens of a picture alone; "<img>" and "</img>" are text around them.
  Passage& Picture(const PixelTokens& pixels);
  Passage& Append(const Passage& other);
  // How many of the model's positions it takes: one for a token of text, one for a whole picture.
  int positions() const;

 private:
  friend class Session;
  struct Part {
    std::vector<int32_t> ids;            // of text
    std::optional<PixelTokens> picture;  // or a picture
  };
  std::vector<Part> parts_;
};

// Owns the threads and buffers of one request. Used by one thread at a time; the weights outlive it.
class Session {
 public:
  // `on_read` may be empty; it is told everything that is read into any context.
  explicit Session(const Weights& weights, ReadObserver on_read = {})
      : weights_(weights), on_read_(std::move(on_read)), workspace_(weights.format) {}

  // Prefill: appends the whole passage to the context in one forward pass.
  void Read(Context& context, const Passage& passage);
  // Appends passages[i] to contexts[i], all in one forward pass.
  void Read(std::span<Context* const> contexts, std::span<const Passage> passages);
  // Appends text to the context. Returns the log-probability, in nats, of each id but the first, given all that stands
  // before it.
  std::vector<double> ReadLogProbabilities(Context& context, std::span<const int32_t> ids);
  // Logits [V] of the next token of contexts[index] of the last Read. Error where they are not finite.
  std::vector<float> NextLogits(size_t index = 0);
  // As DrawPictures.
  std::vector<PixelTokens> Draw(const FlowContexts& contexts, const FlowOptions& options,
                                std::span<const PixelTokens> noises, const FlowListener& listener);

  const Weights& weights() const { return weights_; }

 private:
  // The hidden rows of the passages, one below the other, each passage appended to its context.
  std::vector<float> RunPassages(std::span<Context* const> contexts, std::span<const Passage> passages,
                                 std::vector<size_t>* ends);
  void Embed(const Passage& passage, Segment* segment, std::vector<float>* x);
  void ReportRead(const Passage& passage, const Segment& segment) const;

  const Weights& weights_;
  ReadObserver on_read_;
  Workspace workspace_;
  std::vector<float> last_;  // [contexts, D]: the last rows of the last Read
};

}  // namespace diptych::engine
