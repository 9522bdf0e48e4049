#include "base/standard_files.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <cstdlib>

namespace diptych::base {
namespace {

volatile uintptr_t handlers_frame = 0;

void NoteFrame(int) {
  volatile char here = 0;
  handlers_frame = reinterpret_cast<uintptr_t>(&here);
}

TEST(PrepareSignalStack, HandlersThatAskForItRunElsewhere) {
  PrepareSignalStack();
  volatile char here = 0;
  const auto frame = reinterpret_cast<uintptr_t>(&here);
  for (const int flags : {0, SA_ONSTACK}) {
    struct sigaction action {};
    action.sa_handler = NoteFrame;
    action.sa_flags = flags;
    ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
    ASSERT_EQ(raise(SIGUSR1), 0);
    const uintptr_t distance = handlers_frame > frame ? handlers_frame - frame : frame - handlers_frame;
    constexpr uintptr_t kMegabyte = 1 << 20;
    if (flags == 0)
      EXPECT_LT(distance, kMegabyte);
    else
      EXPECT_GT(distance, kMegabyte);
  }
  std::signal(SIGUSR1, SIG_DFL);
}

}  // namespace
}  // namespace diptych::base
