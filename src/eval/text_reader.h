// The world's reader of narratives, as the benchmark uses it.
#pragma once

#include <vector>

#include "eval/results.h"
#include "eval/score.h"
#include "world/held_out.h"
#include "world/narrative_reader.h"
#include "world/repertoire.h"

namespace diptych::eval {

// `reader` must outlive what is returned.
TextReader TextReaderOf(const world::NarrativeReader& reader);

// Two figures of the reader: how often it finds a fact that the world's own narratives state, and how often a fact that
// it reads is true. Over training and held-out scenes of the repertoire, in both languages.
std::vector<ReaderQuality> MeasureTextReader(const world::Words& words, const world::HeldOut& held_out, int scenes,
                                             const world::Repertoire& repertoire);

}  // namespace diptych::eval
