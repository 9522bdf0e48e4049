// A story by a model that has not learned stories: each sentence of the prompt is a scene. The first is planned and
// drawn as a prompt of its own; each further one changes the plan of the one before and is drawn with the same seed, so
// that who was there stays who they were.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "coherence/answer.h"
#include "coherence/check_data.h"
#include "engine/generate.h"

namespace diptych::coherence {

// The parts of a prompt that have a picture each, in their order and at most `most`: its sentences, and within them
// what follows "then", 然后 and the like. What comes before anything is asked for ("Once upon a time.") belongs to the
// first; where there are too many, neighbours share a picture. Never empty.
std::vector<std::string> ScenesOf(std::string_view prompt, int most, const CheckData& data);

// Makes the answer to one scene.
using SceneMaker = std::function<CheckedAnswer(const AnswerWish& scene)>;
// The story of the wish's prompt, with at most as many pictures as its options allow; a part that changes nothing has
// none. The report has each claim of each picture, under the picture's number. Error as `make`'s. `cancelled` may be
// empty.
CheckedAnswer MakeStory(const engine::Model& model, const CheckData& data, const AnswerWish& wish,
                        const SceneMaker& make, const std::function<bool()>& cancelled);

}  // namespace diptych::coherence
