// One subject at random, and how large it is drawn.
#pragma once

#include "base/random.h"
#include "world/figure.h"
#include "world/repertoire.h"
#include "world/scene.h"

namespace diptych::world {

// Width and height of what is drawn, in percent of its scale: of the width for things, of a hundred units for figures.
Units UnitsOf(const Subject& subject);
constexpr int Scaled(int scale, int units) { return (scale * units + 50) / 100; }
// What its scale may be for its size; smaller in `crowded` pictures.
Range ScalesOf(const Subject& subject, bool crowded);

// A kind that suits the scene's ground with look, colour, pattern, pose, what it holds and wears, and feeling; size and
// place are left open.
Subject SampleAny(const Scene& scene, const Repertoire& repertoire, base::Random& random);

}  // namespace diptych::world
