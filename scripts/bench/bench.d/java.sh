# The Java that runs a measuring class of src/test, to be sourced with $root and $work: "${java[@]}" CLASS ARGUMENT...
# shellcheck shell=bash disable=SC2034,SC2154
env -u ACP_RUNTIME "$root/scripts/acp" version >/dev/null # builds
# what acp ships (ACP_RUNTIME, as scripts/acp knows it), or else the newest Java here in its place
if [ -n "${ACP_RUNTIME:-}" ]; then
  own=$ACP_RUNTIME/runtime
  # its class data count only where what is run lies beside its jars, and those are as old as they were
  cp -rp "$own/java" "$work/java"
  jar cf "$work/java/bench.jar" -C "$root/target/test-classes" dev/acp/oci -C "$root/target/test-classes" dev/acp/remote
  java=("$own/amd64/bin/java" "@$own/java.options" "-XX:SharedArchiveFile=$own/amd64/acp.jsa" -cp "$work/java/acp.jar:$work/java/bench.jar")
else
  newest=$(find /usr/lib/jvm -mindepth 1 -maxdepth 1 -type d -name '*2[0-9]*' | sort -V | tail -n 1)
  jar=$(find "$root/target" -maxdepth 1 -name 'acp-*.jar' ! -name '*-sources*' | head -n 1)
  java=("${newest:+$newest/bin/}java" -XX:+UseSerialGC -Xms32m -Xshare:auto -cp "$jar:$root/target/test-classes")
fi
