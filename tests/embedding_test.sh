#!/usr/bin/env bash
# embedding_test.sh SOURCE_FOLDER BUILD_FOLDER COMPILER FLAGS: installs all there is, compiles examples/embed against the
# libraries with pkg-config and with CMake, and runs it; its picture must be the one that the installed program draws from
# the same seed.
set -euo pipefail
source=$1 build=$2 compiler=$3 flags=$4  # the library's own flags: a sanitizer's must be the program's too
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cmake --install "$build" --prefix "$folder/installed" >/dev/null
[ "$(cd "$folder/installed" && find . -name '*.h')" = ./include/diptych/diptych.h ]
# The trainer, where it was built, with the world's words.
if [ -e "$folder/installed/bin/diptych-train" ]; then
  (cd "$folder" && env -i PATH="$PATH" installed/bin/diptych-train world --preview sheet.png --size 16 >/dev/null)
  [ -s "$folder/sheet.png" ]
fi
export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$(find "$folder/installed" -name diptych.pc)")
libraries=$(dirname "$PKG_CONFIG_PATH")

# With pkg-config and the shared library, which shows the API and nothing else.
# shellcheck disable=SC2046,SC2086
"$compiler" $flags -std=c++20 -Wall -Wextra -Werror "$source/examples/embed/main.cc" -o "$folder/embed" \
  $(pkg-config --cflags --libs diptych) "-Wl,-rpath,$libraries"
ldd "$folder/embed" | grep -q "$libraries/libdiptych.so"
if nm -DC --defined-only "$libraries/libdiptych.so" | grep -v ' A ' |
  grep -v ' diptych::\(Engine::\|LoadPicture\|SavePicture\)'; then
  echo "libdiptych.so shows more than the API" >&2
  exit 1
fi

# With CMake's find_package, both libraries.
for library in diptych static; do
  mkdir "$folder/$library"
  sed "s/diptych::diptych) # .*/diptych::$library)/" "$source/examples/embed/CMakeLists.txt" >"$folder/$library/CMakeLists.txt"
  cp "$source/examples/embed/main.cc" "$folder/$library"
  cmake -S "$folder/$library" -B "$folder/$library/build" -DCMAKE_PREFIX_PATH="$folder/installed" \
    -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$flags" >"$folder/log" || { cat "$folder/log"; exit 1; }
  cmake --build "$folder/$library/build" >"$folder/log" || { cat "$folder/log"; exit 1; }
done

# A plug-in that holds the archive: position-independent code throughout.
# shellcheck disable=SC2046,SC2086
"$compiler" $flags -std=c++20 -shared -fPIC "$source/examples/embed/main.cc" -o "$folder/plugin.so" \
  $(pkg-config --cflags diptych) "$libraries/libdiptych.a" $(pkg-config --static --libs diptych | sed 's/-ldiptych//')

"$folder/embed" "$source/models/default" "a red car at noon" "$folder/embedded.png" >"$folder/out"
grep -q "^yes \|^no  " "$folder/out"
"$folder/installed/bin/diptych" --seed 7 --metadata none -o "$folder" "a red car at noon" >/dev/null
cmp "$folder/embedded.png" "$folder"/*car*.png
for library in diptych static; do
  "$folder/$library/build/embed" "$source/models/default" "a red car at noon" "$folder/$library.webp" >"$folder/$library.out"
  cmp "$folder/out" "$folder/$library.out"
  [ "$(head -c 4 "$folder/$library.webp")" = RIFF ]
done

! "$folder/embed" "$folder" "a red car" "$folder/none.png" 2>"$folder/error"
grep -q "Hint:" "$folder/error"
[ ! -e "$folder/none.png" ]

# A plug-in holds the library as well: all of it fits into a shared object.
# shellcheck disable=SC2046,SC2086
"$compiler" $flags -shared -Wl,--whole-archive "$(find "$folder/installed" -name libdiptych.a)" -Wl,--no-whole-archive \
  $(pkg-config --libs diptych) -o "$folder/libplugin.so"
