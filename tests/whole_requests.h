// Whole requests as the fuzzer sends them to the server: from the first byte to the order that an endpoint makes of it.
// Nothing is made of any order, and there is no model: the queue takes none.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace diptych {

class WholeRequests {
 public:
  WholeRequests();
  ~WholeRequests();

  // One good request for each endpoint that takes a body, and some for others.
  static std::vector<std::string> Samples();
  // The bytes of one connection that sends one request. base::Error where it is refused.
  void Read(const std::string& bytes) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace diptych
