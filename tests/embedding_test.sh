#!/usr/bin/env bash
# embedding_test.sh SOURCE_FOLDER BUILD_FOLDER COMPILER FLAGS: installs all there is, compiles examples/embed against the
# library with pkg-config, and runs it; its picture must be the one that the installed program draws from the same seed.
set -euo pipefail
source=$1 build=$2 compiler=$3 flags=$4  # the library's own flags: a sanitizer's must be the program's too
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cmake --install "$build" --prefix "$folder/installed" >/dev/null
[ "$(cd "$folder/installed" && find . -name '*.h')" = ./include/diptych/diptych.h ]
export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$(find "$folder/installed" -name diptych.pc)")
# shellcheck disable=SC2046,SC2086
"$compiler" $flags -std=c++20 -Wall -Wextra -Werror "$source/examples/embed/main.cc" -o "$folder/embed" \
  $(pkg-config --cflags --libs diptych)

"$folder/embed" "$source/models/default" "a red car at noon" "$folder/embedded.png" >"$folder/out"
grep -q "^yes \|^no  " "$folder/out"
"$folder/installed/bin/diptych" --seed 7 --metadata none -o "$folder" "a red car at noon" >/dev/null
cmp "$folder/embedded.png" "$folder"/*car*.png

! "$folder/embed" "$folder" "a red car" "$folder/none.png" 2>"$folder/error"
grep -q "Hint:" "$folder/error"
[ ! -e "$folder/none.png" ]

# A plug-in holds the library as well: all of it fits into a shared object.
# shellcheck disable=SC2046,SC2086
"$compiler" $flags -shared -Wl,--whole-archive "$(find "$folder/installed" -name libdiptych.a)" -Wl,--no-whole-archive \
  $(pkg-config --libs diptych) -o "$folder/libplugin.so"
