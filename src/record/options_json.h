// The generation options as the record of an answer holds them.
#pragma once

#include "model/generation_config.h"
#include "record/json_object.h"

namespace diptych::record {

class JsonReader;

// Every option by its name; rare ones only where they differ from their default.
JsonObject OptionsJson(const model::GenerationConfig& options);
// Error names the key that is wrong, and what it must be.
model::GenerationConfig ParseOptions(const JsonReader& json);

}  // namespace diptych::record
