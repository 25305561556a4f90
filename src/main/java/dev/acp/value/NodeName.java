package dev.acp.value;

import java.util.regex.Pattern;

/**
 * What acp calls a node in reports, records and events: its first address as the cluster file has
 * it (10.0.0.11), which is also unique. The name that Kubernetes gives the node may differ.
 */
public record NodeName(String text) implements Comparable<NodeName> {
  private static final Pattern FORM = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.:-]{0,252}");

  public NodeName {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not a node name: " + text);
    }
  }

  public static NodeName of(String text) {
    return new NodeName(text);
  }

  @Override
  public int compareTo(NodeName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
