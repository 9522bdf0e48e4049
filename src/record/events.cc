#include "record/events.h"

namespace diptych::record {

std::string EventLine(std::string_view name, const JsonObject& members) {
  return JsonObject({{"event", name}}).AddAll(members).Line() + "\n";
}

}  // namespace diptych::record
