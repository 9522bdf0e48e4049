// Autoregressive decoding: writing text token by token.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "engine/session.h"
#include "text/tokenizer.h"

namespace diptych::engine {

struct WriteOptions {
  SamplingOptions sampling;
  int max_tokens = 0;
  uint64_t seed = 0, stream = 0;                  // of the random numbers for sampling; unused at temperature 0
  std::function<void(std::string_view)> on_text;  // whole characters as they come
  std::function<bool()> cancelled;                // polled at each token; true: Cancelled is thrown
  std::span<const bool> allowed{};                // by token: what may be written; empty: all
  bool keeps_space = false;                       // at the text's beginning: it goes on with another
};

struct Written {
  std::string text;          // without newlines at its end, nor white space at its beginning unless that is kept
  std::vector<int32_t> ids;  // as read into the context, newlines included
  int32_t stop = -1;         // the special token that ended it, not read; -1: the limit
};

// Continues the context, which `session` has just read into, until the model writes a special token or a limit is
// reached.
Written WriteText(Session& session, Context& context, const text::Tokenizer& tokenizer, const WriteOptions& options);

}  // namespace diptych::engine
