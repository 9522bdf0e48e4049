# Sourced by ./diptych and ./test, with `root` set.

# Whether one of the packages is installed.
is_any_installed() {
  local package
  for package in $1; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] && return 0
  done
  return 1
}

# install_packages SECTION...: installs with apt what is missing of
# those sections of debian-packages.txt; says so on stderr. On systems without dpkg it does nothing.
install_packages() {
  command -v dpkg-query >/dev/null || return 0
  local section missing=() package
  for section in "$@"; do
    for package in $(sed -n "s/^$section: //p" "$root/cmake/debian-packages.txt"); do
      is_any_installed "${package//|/ }" || missing+=("${package%%|*}")
    done
  done
  ((${#missing[@]})) || return 0
  local admin=()
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "These packages are missing and only root may install them; run as root:" >&2
      echo "  apt-get update && apt-get install ${missing[*]}" >&2
      return 1
    fi
    admin=(sudo)
  fi
  echo "Installing ${#missing[@]} packages with apt: ${missing[*]}" >&2
  local log
  log=$(mktemp)
  if ! { "${admin[@]}" apt-get update &&
    "${admin[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    echo "apt could not install the packages; see above." >&2
    return 1
  fi
  rm -f "$log"
}
