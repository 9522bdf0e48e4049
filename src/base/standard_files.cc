#include "base/standard_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

namespace diptych::base {

void PrepareStandardFiles() {
  int file = 0;
  do {
    file = open("/dev/null", O_RDWR);  // the lowest number that is free
  } while (file >= 0 && file <= STDERR_FILENO);
  if (file > STDERR_FILENO) close(file);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace diptych::base
