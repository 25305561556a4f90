package dev.acp.node;

/**
 * How fast a node's disk was, measured on request (res/disk-bench.sh).
 *
 * @param at the folder that was written in: the path asked for, or the nearest one above it
 * @param direct false where the file system knows no direct writes, so that synced ones were made
 * @param iops writes of 4 KiB a second in scattered places, eight at once
 * @param megabytes MB/s (10^6 bytes) of new blocks one after the other, synced every 8 MiB
 * @param fsyncMicros 99th percentile of a synced write of 2300 bytes, as etcd writes, in
 *     microseconds
 */
public record BenchFacts(String at, boolean direct, int iops, int megabytes, int fsyncMicros) {}
