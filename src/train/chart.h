// A run's curves, drawn from its log.
#pragma once

#include <filesystem>

namespace diptych::train {

// Writes RUN/curves.png and RUN/curves.svg from RUN/log.csv: picture loss, text losses by task, accuracy on claims,
// share of the machine's peak, each over the scenes seen. Nothing is written while the log has fewer than two lines.
void DrawCurves(const std::filesystem::path& run);

}  // namespace diptych::train
