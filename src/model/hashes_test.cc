#include "model/hashes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/files.h"
#include "base/temporary_folder.h"

namespace diptych::model {
namespace {

std::string ErrorOf(const std::filesystem::path& folder) {
  try {
    CheckHashes(folder, {});
  } catch (const base::Error& error) {
    return error.what();
  }
  return "";
}

TEST(Hashes, FindASingleBitAndAMissingFile) {
  const base::TemporaryFolder folder;
  EXPECT_EQ(CheckHashes(folder.path(), {}), 0);  // none were written
  base::WriteFileAtomically(folder.path() / "model.safetensors", "weights");
  base::WriteFileAtomically(folder.path() / "config.json", "{}");
  base::WriteFileAtomically(folder.path() / "README.md", "a card may change");
  WriteHashes(folder.path());
  uint64_t done = 0;
  EXPECT_EQ(CheckHashes(folder.path(), [&](uint64_t bytes, uint64_t) { done = bytes; }), 2);
  EXPECT_EQ(done, 9U);
  base::WriteFileAtomically(folder.path() / "README.md", "changed");
  EXPECT_EQ(ErrorOf(folder.path()), "");
  base::WriteFileAtomically(folder.path() / "model.safetensors", "veights");
  EXPECT_THAT(ErrorOf(folder.path()), testing::HasSubstr("model.safetensors is not as it was written"));
  std::filesystem::remove(folder.path() / "model.safetensors");
  EXPECT_THAT(ErrorOf(folder.path()), testing::HasSubstr("is missing"));
}

TEST(Hashes, RefuseLinesThatAreNone) {
  const base::TemporaryFolder folder;
  for (const std::string line : {"zzz", "abc  name", "../x"}) {
    base::WriteFileAtomically(folder.path() / "SHA256SUMS", std::string(line == "../x" ? 64 : 0, 'a') + "  " + line);
    EXPECT_THAT(ErrorOf(folder.path()), testing::HasSubstr("no hash and name")) << line;
  }
}

}  // namespace
}  // namespace diptych::model
