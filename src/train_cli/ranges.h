// What values a flag takes; anything else is refused while the command line is read.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>

namespace diptych::train_cli {

// The largest number of steps, scenes, pictures or the like that a flag takes.
inline constexpr double kMany = 1e9;

// A number from `first` to `last`, both included.
CLI::Validator FromTo(double first, double last);
CLI::Validator Percent();
// A whole number from 0 to 2^64 - 1.
CLI::Validator Seed();

// The flag --words, which names the folder of the world's words and patterns; by default the shipped one.
void AddWordsFlag(CLI::App& app, std::filesystem::path& words);
// Error: the folder is absent.
void RequireWords(const std::filesystem::path& words);

}  // namespace diptych::train_cli
