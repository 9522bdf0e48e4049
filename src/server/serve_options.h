// How a server is run.
#pragma once

#include <string>
#include <vector>

namespace diptych::server {

struct ServeOptions {
  std::string host = "127.0.0.1";
  int port = 8080;   // 0: a free one
  int threads = 1;   // of all requests together, as base::UseThreads returned them
  int parallel = 0;  // requests that are worked on at once; 0: two to four, as there are threads
  int queue = 32;    // requests that may wait
  int grace_s = 30;  // after a SIGTERM, for what runs and waits to finish
  std::vector<std::string> api_keys{};
  std::string api_key_file{};  // one key a line; "#" begins a remark
  std::vector<std::string> cors_origins{}, allowed_hosts{};
  std::string gallery{};  // its folder; empty: gallery::DefaultFolder()
  bool no_gallery = false;
  bool quiet = false;  // warnings and errors alone are logged
};

}  // namespace diptych::server
