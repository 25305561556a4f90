package dev.acp.archive;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a link in an archive of images means: another entry of that archive, and nothing else. */
final class LinkTarget {
  private LinkTarget() {}

  /** A symbolic link starts at its own folder, a hard link at the archive's top. */
  static String of(String name, TarHeader header) {
    String target = EntryName.decode(header.link().getBytes(StandardCharsets.ISO_8859_1));
    Deque<String> parts = new ArrayDeque<>();
    int slash = name.lastIndexOf('/');
    if (header.type() == '2' && slash > 0) {
      parts.addAll(java.util.List.of(name.substring(0, slash).split("/", -1)));
    }
    for (String part : target.split("/", -1)) {
      if (part.equals("..") && !parts.isEmpty()) {
        parts.removeLast();
      } else if (!part.equals(".")) {
        parts.addLast(part);
      }
    }
    String path = String.join("/", parts);
    if (target.startsWith("/") || !EntryName.problem(path).isEmpty()) {
      throw Refused.because(
          "the link " + Refused.shown(name) + " leads to " + Refused.shown(target));
    }
    return path;
  }
}
