package dev.acp.node;

/**
 * How fast a node's disk was, measured on request (res/disk-bench.sh).
 *
 * @param iops direct random 4 KiB writes a second, several at once
 * @param megabytes MB/s of one long direct write
 * @param fsyncMicros 99th percentile of write and fdatasync of 2300 bytes, as etcd writes
 */
public record BenchFacts(int iops, int megabytes, int fsyncMicros) {}
