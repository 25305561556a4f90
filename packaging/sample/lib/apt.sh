# shellcheck shell=bash
# A private view of the Debian archive: the machine's own apt sources with source packages added, and an empty dpkg status,
# so that nothing on this machine is changed and what happens to be installed here has no say. To be sourced after common.sh.

apt_dir=$cache/sample/apt
apt_options=()

# Turns the machine's sources for this Debian release into ones that name source packages too. Archives of others are left out.
apt_sources() {
  local codename
  codename=$(. /etc/os-release && printf %s "$VERSION_CODENAME")
  [ "$codename" = "$SAMPLE_DEBIAN" ] || die "the sample is made on Debian $SAMPLE_DEBIAN; this machine is '$codename'"
  local file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -r "$file" ] || continue
    awk -v name="$codename" '
      $1 == "deb" {
        suite = $3; if ($2 ~ /^\[/) { for (i = 2; $i !~ /\]$/; i++); suite = $(i + 2) }
        if (suite ~ "^" name "(-updates|-security)?$") { print; sub(/^deb/, "deb-src"); print }
      }' "$file"
  done >"$apt_dir/sources.d/machine.list"
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -r "$file" ] || continue
    # One stanza at a time: keep those whose suites are all of this release.
    awk -v name="$codename" 'BEGIN { RS = ""; FS = "\n" }
      { keep = 0
        for (i = 1; i <= NF; i++) if ($i ~ /^Suites:/) {
          n = split($i, suite, /[ \t]+/); keep = n > 1
          for (j = 2; j <= n; j++) if (suite[j] != "" && suite[j] !~ "^" name "(-updates|-security)?$") keep = 0 }
        if (!keep) next
        for (i = 1; i <= NF; i++) if ($i ~ /^Types:/) print "Types: deb deb-src"; else if ($i !~ /^#/) print $i
        print "" }' "$file"
  done >"$apt_dir/sources.d/machine.sources"
  grep -q . "$apt_dir"/sources.d/* || die "found no apt source for Debian $codename under /etc/apt"
}

# Makes the private configuration ready; its lists are fetched once a day at most.
apt_ready() {
  [ ${#apt_options[@]} -gt 0 ] && return 0
  mkdir -p "$apt_dir"/{sources.d,lists/partial,cache/archives/partial}
  : >"$apt_dir/status"
  apt_sources
  apt_options=(
    -o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=$apt_dir/sources.d"
    -o "Dir::State::Lists=$apt_dir/lists" -o "Dir::State::status=$apt_dir/status"
    -o "Dir::Cache=$apt_dir/cache" -o "Dir::Cache::Archives=$apt_dir/cache/archives"
    -o "APT::Sandbox::User=root" -o "APT::Install-Recommends=false" -o "APT::Architecture=$SAMPLE_ARCH"
    -o "APT::Architectures::=$SAMPLE_ARCH" -o "Acquire::Retries=3" -o "Acquire::Languages=none"
  )
  if [ -z "$(find "$apt_dir/fetched" -mmin -1440 2>/dev/null)" ]; then
    say "reading the archive's lists into a private folder"
    apt-get "${apt_options[@]}" update >&2
    touch "$apt_dir/fetched"
  fi
}

# The version that the archive offers for a package.
apt_version() { apt-cache "${apt_options[@]}" policy "$1" | awk '$1 == "Candidate:" { print $2 }'; }

# Checks that the archive still offers the version we pinned, and says how to go on if it does not.
# usage: apt_pinned PACKAGE VERSION
apt_pinned() {
  local found
  found=$(apt_version "$1")
  [ "$found" = "$2" ] || die "package $1: versions.env pins $2, the archive offers ${found:-none}.
  Take the new version over in packaging/sample/versions.env and, where it names a folder, in samples/sample-package.yaml;
  then run packaging/sample/check-spec.sh and this script again."
}

# Downloads a package (once) and prints the path of its .deb.
# usage: apt_deb PACKAGE [VERSION]
apt_deb() {
  local package=$1 version=${2:-} name
  [ -n "$version" ] || version=$(apt_version "$package")
  [ -n "$version" ] && [ "$version" != "(none)" ] || die "the archive has no package $package"
  mkdir -p "$apt_dir/debs"
  name=$(find "$apt_dir/debs" -name "${package}_${version//:/%3a}_*.deb")
  if [ -z "$name" ]; then
    (cd "$apt_dir/debs" && apt-get -qq "${apt_options[@]}" download "$package=$version" >&2)
    name=$(find "$apt_dir/debs" -name "${package}_${version//:/%3a}_*.deb")
  fi
  [ -f "$name" ] || die "could not download $package $version"
  printf '%s\n' "$name"
}

# What installing the given packages brings, from an empty machine: lines "NAME VERSION" in an order in which they can be configured.
apt_closure() { apt-get "${apt_options[@]}" -s install "$@" | awk '$1 == "Inst" { sub(/^\(/, "", $3); print $2, $3 }'; }
