#include "engine/writer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.h"
#include "text/unicode.h"

namespace diptych::engine {
namespace {

// Joins tokens to text and passes on what is certain: whole characters, and newlines only when more text follows. White
// space at the beginning is dropped unless the options keep it.
class Stream {
 public:
  explicit Stream(const WriteOptions& options) : on_text_(options.on_text), keeps_space_(options.keeps_space) {}

  void Add(std::string_view bytes) {
    waiting_ += bytes;
    if (text_.empty() && !keeps_space_) waiting_.erase(0, std::min(waiting_.find_first_not_of(" \n"), waiting_.size()));
    size_t end = text::CompleteUtf8(waiting_);
    while (end > 0 && waiting_[end - 1] == '\n') --end;
    Send(end);
  }

  // Everything that was passed on. The bytes of an incomplete last character are passed on as U+FFFD, newlines at the
  // end are not.
  std::string Finish() {
    while (!waiting_.empty() && waiting_.back() == '\n') waiting_.pop_back();
    Send(waiting_.size());
    return std::move(text_);
  }

 private:
  void Send(size_t bytes) {
    if (bytes == 0) return;
    const std::string piece = text::RepairUtf8(std::string_view(waiting_).substr(0, bytes));
    waiting_.erase(0, bytes);
    text_ += piece;
    if (on_text_) on_text_(piece);
  }

  const std::function<void(std::string_view)>& on_text_;
  const bool keeps_space_;
  std::string text_, waiting_;
};

}  // namespace

Written WriteText(Session& session, Context& context, const text::Tokenizer& tokenizer, const WriteOptions& options) {
  const model::ModelConfig& config = session.weights().config;
  // The output matrix may have more rows than the tokenizer has tokens.
  const auto tokens = static_cast<size_t>(std::min(tokenizer.vocabulary_size(), config.vocabulary));
  base::Random random(options.seed, options.stream);
  Stream stream(options);
  Written written;
  while (static_cast<int>(written.ids.size()) < options.max_tokens && context.next_t() < config.max_positions) {
    if (options.cancelled && options.cancelled()) throw base::Cancelled();
    std::vector<float> logits = session.NextLogits();
    for (size_t token = 0; token < std::min(tokens, options.allowed.size()); ++token)
      if (!options.allowed[token]) logits[token] = std::numeric_limits<float>::lowest();
    const int32_t id = SampleToken(std::span(logits).first(tokens), options.sampling, random);
    if (tokenizer.IsSpecial(id)) {
      written.stop = id;
      break;
    }
    written.ids.push_back(id);
    stream.Add(tokenizer.Decode(std::span(&id, 1)));
    session.Read(context, Passage().Text(std::span(&id, 1)));
  }
  written.text = stream.Finish();
  return written;
}

}  // namespace diptych::engine
