// The server: the model behind HTTP, until it is told to stop.
#pragma once

#include <functional>
#include <string>

#include "server/serve_options.h"
#include "server/served_model.h"

namespace diptych::server {

// Error for options that cannot be used: an address beyond this machine without a key, a key that is too short, a key
// file that cannot be read. Before the model is loaded, so that nobody waits for it in vain.
void CheckServeOptions(const ServeOptions& options);

// Serves until SIGTERM or SIGINT: then what runs and waits has the grace to finish, or until a second signal; what is
// left is cancelled. `announce` is told the address once it listens. Error when the address cannot be used.
void Serve(const ServeOptions& options, const ServedModel& model,
           const std::function<void(const std::string&)>& announce);

}  // namespace diptych::server
