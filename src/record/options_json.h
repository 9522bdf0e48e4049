// The generation options as the record of an answer holds them.
#pragma once

#include "model/config.h"
#include "record/json_object.h"

namespace diptych::record {

class JsonReader;

// Options that are rare stand there when they differ from what the others take for granted.
JsonObject OptionsJson(const model::GenerationConfig& options);
// Error names the key that is wrong, and what it must be.
model::GenerationConfig ParseOptions(const JsonReader& json);

}  // namespace diptych::record
