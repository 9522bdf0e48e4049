// Prompts that people wrote who saw bare lists of facts and nothing of the world's words, with these facts
// (blind/README.md).
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eval/benchmark_prompts.h"

namespace diptych::eval {

// A fact as the writers were given it, in the plan language. `things` are the names of the things of the same list,
// which facts are about: "thing: worm", "number of worm: three", "the worm is at the left", "the panda holds: vase",
// "time: night", "absent (there is none): moon". A thing that the world has no kind of is a key of its own name, which
// no plan has. Nothing where the fact is of another form or says what the world cannot show.
std::optional<StatedFact> ReadBlindFact(std::string_view text, std::span<const std::string> things);

// A line each, a JSON object of id, language ("en", "zh"), prompt and facts, as many as its rung. Error names file and
// line of what is no such object, of an id that comes twice in one language and of a fact that cannot be read.
std::vector<BenchmarkPrompt> ReadBlindPrompts(const std::filesystem::path& file, const world::HeldOut& held_out);

}  // namespace diptych::eval
