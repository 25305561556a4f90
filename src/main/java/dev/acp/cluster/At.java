package dev.acp.cluster;

/**
 * A value that stood in the cluster file, and its line.
 *
 * @param line 1 is the first
 */
public record At<T>(T value, int line) {}
