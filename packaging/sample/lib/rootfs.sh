# shellcheck shell=bash
# Small root file systems out of Debian packages: packages are unpacked, never installed, and only what a program needs is
# taken. To be sourced after common.sh and apt.sh.

# Unpacks packages with all that they depend on into one folder, without maintainer scripts. usage: unpack FOLDER PACKAGE...
unpack() {
  local folder=$1 package version deb
  shift
  mkdir -p "$folder"
  while read -r package version; do
    deb=$(apt_deb "$package" "$version")
    dpkg-deb --fsys-tarfile "$deb" | tar -C "$folder" --exclude='./usr/share/doc' --exclude='./usr/share/man' \
      --exclude='./usr/share/locale' -xf -
  done < <(apt_closure "$@")
  [ -n "$(ls "$folder")" ] || die "nothing unpacked for $*"
}

# Where in an unpacked tree a shared library is.
library() {
  local tree=$1 name=$2 folder
  for folder in lib/x86_64-linux-gnu usr/lib/x86_64-linux-gnu lib64 lib usr/lib; do
    if [ -e "$tree/$folder/$name" ]; then
      printf '%s/%s\n' "$folder" "$name"
      return 0
    fi
  done
  die "no library $name in $tree"
}

# Copies files from an unpacked tree into a layer, and after them every shared library that they name, unless one of the
# layers below has it. usage: take TREE LAYER "LOWER-LAYER..." FILE...
take() {
  local tree=$1 into=$2 lower=$3 file needed one
  shift 3
  for file in "$@"; do
    for one in "$into" $lower; do [ -e "$one/$file" ] && continue 2; done
    mkdir -p "$into/$(dirname "$file")"
    # A link (libfoo.so.1 -> libfoo.so.1.2) is followed: one file under the name that is asked for.
    cp -L --preserve=mode "$tree/$file" "$into/$file"
    needed=$(objdump -p "$tree/$file" 2>/dev/null | awk '$1 == "NEEDED" { print $2 }')
    for one in $needed; do take "$tree" "$into" "$lower" "$(library "$tree" "$one")"; done
  done
}
