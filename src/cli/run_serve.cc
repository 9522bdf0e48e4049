#include "cli/run_serve.h"

#include "base/threads.h"
#include "cli/events.h"
#include "cli/open_model.h"
#include "cli/terminal.h"
#include "server/serve.h"

namespace diptych::cli {

int RunServe(const Flags& flags) {
  server::ServeOptions options = flags.serve;
  server::CheckServeOptions(options);
  Progress progress(flags);
  const OpenedModel opened = OpenModel(flags, progress);
  options.threads = base::UseThreads(flags.threads);
  options.quiet = flags.quiet;
  const server::ServedModel model{.name = opened.name,
                                  .version = Version(),
                                  .precision = opened.precision,
                                  .processor = opened.processor,
                                  .adapters = opened.adapters,
                                  .config = opened.model.config(),
                                  .generation = opened.model.generation(),
                                  .check_data = opened.check_data,
                                  .model = &opened.model};
  server::Serve(options, model, [&flags](const std::string& address) {
    if (flags.json)
      PrintEvent("result", {{"address", address}});
    else
      PrintResult("Diptych is at " + address + "\n");
  });
  return kExitOk;
}

}  // namespace diptych::cli
