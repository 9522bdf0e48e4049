#!/usr/bin/env bash
# Trains on a machine with an NVIDIA GPU and an installed PyTorch that has no internet connection.
#
#   tools/train_on_gpu.sh pack
#       On a Debian 12 machine with internet: downloads the Debian packages that the build needs into .gpu/debs.
#   tools/train_on_gpu.sh test [--torch FOLDER]
#       On the GPU machine, in a copy of this repository with .gpu in it: unpacks, builds against PyTorch, and compares
#       what a step computes there with float32 on the CPU.
#   tools/train_on_gpu.sh run [--minutes N] [--torch FOLDER] [--run FOLDER] [--out FOLDER] [--checkpoint]
#                             [-- FLAGS OF diptych-train run]
#       Builds in the same way, trains for N minutes (default 9) or until the steps are done, and writes the run as
#       pieces of at most 15 MiB into FOLDER (default $OUT, or gpu-out): logs, curves, the newest samples, the averaged
#       weights as a model folder and, with --checkpoint, what is needed to resume. Without .gpu/debs it builds with the
#       machine's own packages. --torch names the folder of libtorch; default: the one of python3's torch. --run is where the run lies, default
#       runs/gpu; where that already holds a checkpoint the run goes on from it.
#   tools/train_on_gpu.sh join FOLDER RUN
#       Joins the pieces of FOLDER into the run folder RUN.
#
# It needs g++ 11 or newer, CMake 3.25 or newer and ninja or make; with nvcc the trainer has its own kernels for the GPU.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
debs=$root/.gpu/debs
build=$root/build/gpu
prefix=$build/packages
run=$root/runs/gpu

# What the closure of dependencies brings for fonts' set-up scripts; nothing here links to them.
not_linked='^lib(acl|bz2|debian|fontenc|lzma|newt|readline|selinux|slang|textwrap|tinfo|zstd)'

fail() {
  echo "train_on_gpu: $*" >&2
  exit 1
}

# Development packages of cmake/debian-packages.txt, less the tools and libtorch, and the libraries they link to.
pack() {
  command -v apt-get >/dev/null || fail "pack needs Debian's apt-get."
  local headers direct libraries
  headers=$(sed -n 's/^[a-z]*: //p' "$root/cmake/debian-packages.txt" | tr ' ' '\n' | sed 's/|.*//' |
    grep -E -- '-dev$' | grep -v '^libtorch')
  headers+=$'\nlibfmt-dev\nlibglib2.0-dev\nlibgdk-pixbuf-2.0-dev'
  direct=$(apt-cache depends -i $headers | sed -n 's/^ *Depends: //p' | grep -E '^lib' |
    grep -vE -- '-dev$|gobject|script|posix|pcre2-(16|32)')
  libraries=$(apt-cache depends -i --recurse $direct | grep -E '^(lib|zlib|ocl-icd)' |
    grep -vE -- '-dev$|^(libc6|libgcc-s1|libstdc\+\+6|libgomp1|libcrypt1)$' | grep -vE "$not_linked")
  rm -rf "$debs"
  mkdir -p "$debs"
  (cd "$debs" && apt-get download $(printf '%s\n' $headers $direct $libraries | sort -u)) 2>&1 | grep -v '^W: Download is performed unsandboxed' >&2
  echo "$(ls "$debs" | wc -l) packages, $(du -sh "$debs" | cut -f1), in $debs" >&2
}

unpack() {
  [[ -d $debs ]] || return 0
  local deb
  rm -rf "$prefix"
  mkdir -p "$prefix"
  for deb in "$debs"/*.deb; do dpkg -x "$deb" "$prefix"; done
}

# Where the unpacked libraries lie, for the linker and for what is built; other programs keep their own. Many threads
# that draw scenes need more of jemalloc's arenas than the trainer asks for.
libraries=$prefix/usr/lib/x86_64-linux-gnu:$prefix/lib/x86_64-linux-gnu
built=(env "LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" MALLOC_CONF=narenas:16)
trainer=("${built[@]}" "$build/bin/diptych-train")

# Arguments: libtorch's folder or nothing, ON with tests or OFF, the targets.
build_targets() {
  local torch=$1 tests=$2 flags=() cxx_flags=
  shift 2
  if [[ -z $torch ]]; then
    torch=$(python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))') ||
      fail "python3 has no torch; name libtorch's folder with --torch."
    # Wheels before 2.6 were built with the old std::string.
    cxx_flags=-D_GLIBCXX_USE_CXX11_ABI=$(python3 -c 'import torch; print(int(torch._C._GLIBCXX_USE_CXX11_ABI))')
  fi
  unpack
  command -v ninja >/dev/null && flags+=(-G Ninja)
  # Not pkg-config: it believes the packages to lie in /usr.
  [[ -d $debs ]] && flags+=(-DCMAKE_PREFIX_PATH="$prefix/usr" -DCMAKE_DISABLE_FIND_PACKAGE_PkgConfig=ON
    -DCMAKE_EXE_LINKER_FLAGS="-Wl,-rpath-link,$libraries")
  cmake -S "$root" -B "$build" "${flags[@]}" -DCMAKE_BUILD_TYPE=Release -DDIPTYCH_TRAIN=ON -DDIPTYCH_TESTS="$tests" \
    -DDIPTYCH_TORCH="$torch" \
    -DCMAKE_CXX_FLAGS="$cxx_flags"
  cmake --build "$build" --target "$@" --parallel "${jobs:-$(nproc)}"
}

# The run as one archive in pieces, with its checksum.
write_pieces() {
  local out=$1 with_checkpoint=$2 names=(model options.toml log.csv log.jsonl interference.csv) name
  cd "$run"
  for name in curves.png curves.svg $(ls -t samples/* 2>/dev/null | head -n 3); do [[ -e $name ]] && names+=("$name"); done
  if ((with_checkpoint)); then names+=("checkpoints/$(ls checkpoints | grep 'safetensors$' | tail -n 1)"); fi
  mkdir -p "$out"
  rm -f "$out"/run.tar.* "$out/run.sha256"
  tar -cf - "${names[@]}" | tee >(sha256sum | cut -d ' ' -f 1 >"$out/run.sha256") | split -b 15m -d - "$out/run.tar."
  wait
  echo "$(ls "$out"/run.tar.* | wc -l) pieces, $(cat "$out"/run.tar.* | wc -c) bytes, in $out" >&2
}

test_device() {
  local torch=
  if [[ ${1:-} == --torch ]]; then torch=$2 && shift 2; fi
  (($# == 0)) || fail "'$1' is no option of test."
  build_targets "$torch" ON device_test
  "${built[@]}" "$build/bin/device_test"
}

train() {
  local minutes=9 torch= out=${OUT:-$root/gpu-out} with_checkpoint=0 status=0
  while (($#)); do
    case $1 in
      --minutes) minutes=$2 && shift 2 ;;
      --torch) torch=$2 && shift 2 ;;
      --run) run=$(realpath -m "$2") && shift 2 ;;
      --out) out=$2 && shift 2 ;;
      --checkpoint) with_checkpoint=1 && shift ;;
      --) shift && break ;;
      *) fail "'$1' is no option of run; flags of diptych-train come after --." ;;
    esac
  done
  mkdir -p "$out"
  out=$(cd "$out" && pwd -P)
  cd "$root"
  build_targets "$torch" OFF diptych-train
  (($#)) || set -- --config recipes/gpu.toml
  # A signal at the end of the time: the trainer saves and leaves.
  timeout --signal=INT --kill-after=180 "${minutes}m" "${trainer[@]}" run --run "$run" "$@" || status=$?
  ((status == 0 || status == 124)) || echo "train_on_gpu: training ended with $status; what it saved is kept." >&2
  "${trainer[@]}" export --run "$run" "$@" "$run/model"
  write_pieces "$out" "$with_checkpoint"
  return $((status == 124 ? 0 : status))
}

join() {
  (($# == 2)) || fail "join needs the pieces' folder and the run's."
  [[ $(cat "$1"/run.tar.* | sha256sum | cut -d ' ' -f 1) == "$(cat "$1/run.sha256")" ]] ||
    fail "the pieces in $1 do not have the checksum they were written with: one is missing or damaged."
  mkdir -p "$2"
  cat "$1"/run.tar.* | tar -xf - -C "$2"
  echo "joined into $2" >&2
}

case ${1:-} in
  pack) pack ;;
  test) test_device "${@:2}" ;;
  run) train "${@:2}" ;;
  join) join "${@:2}" ;;
  *) sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" && exit 2 ;;
esac
