// How often one core does something in a second, by its own processor time. For programs that print JSON.
#pragma once

#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>

namespace diptych::bench {

// Processor time of this thread in seconds, so that what else the machine does does not count.
double ProcessorSeconds();

// Calls work(i) for i below `count`, five times over; how many calls a second: {"median", "lowest", "highest",
// "repeats"}.
nlohmann::ordered_json Rate(size_t count, const std::function<void(size_t)>& work);

}  // namespace diptych::bench
