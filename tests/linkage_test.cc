// What the inference program is linked to: oneDNN, but none of libtorch, Cairo, Pango, librsvg and libarchive, directly or through another library.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace diptych {
namespace {

const std::filesystem::path kPrograms = std::filesystem::path(DIPTYCH_BINARY_DIR) / "bin";

// Every shared library that the loader would load for the program.
std::string LibrariesOf(const std::filesystem::path& program) {
  std::string text;
  FILE* pipe = popen(("ldd '" + program.string() + "' 2>&1").c_str(), "r");
  if (pipe == nullptr) return text;
  char buffer[4096];
  for (size_t n; (n = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) text.append(buffer, n);
  pclose(pipe);
  return text;
}

TEST(Linkage, TheInferenceProgramLinksNoTorchAndNoCairo) {
  const std::string libraries = LibrariesOf(kPrograms / "diptych");
  EXPECT_THAT(libraries, testing::HasSubstr("libdnnl"));
  for (const char* refused : {"libtorch", "libc10", "libcaffe2", "libcairo", "libpango", "librsvg", "libarchive", "libpython", "libboost"}) {
    EXPECT_THAT(libraries, testing::Not(testing::HasSubstr(refused)));
  }
  EXPECT_THAT(libraries, testing::Not(testing::HasSubstr("not found")));
}

TEST(Linkage, TheTrainerShowsThatTorchWouldBeSeen) {
  if (!std::filesystem::exists(kPrograms / "diptych-train")) GTEST_SKIP() << "the trainer is not part of this build";
  EXPECT_THAT(LibrariesOf(kPrograms / "diptych-train"), testing::HasSubstr("libtorch"));
}

}  // namespace
}  // namespace diptych
