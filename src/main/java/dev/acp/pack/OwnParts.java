package dev.acp.pack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** What acp itself brings along, read from the files of its tree: libraries and Java runtimes. */
final class OwnParts {
  private static final Pattern JAR = Pattern.compile("(?:.*/)?(.+?)(?:-(\\d[^/]*))?\\.jar");
  private static final Pattern COORDINATES =
      Pattern.compile("META-INF/maven/[^/]+/([^/]+)/pom\\.properties");
  private static final Pattern RELEASE = Pattern.compile("runtime/[^/]+/release");
  private static final Pattern JAVA_VERSION =
      Pattern.compile("(?m)^JAVA_VERSION=\"([^\"\\r\\n]{1,64})\"");
  private static final int MOST_TEXT = 64 << 10;

  private OwnParts() {}

  /**
   * A part.
   *
   * @param type CycloneDX's word for what it is
   * @param group its Maven group; empty where that is not known
   * @param sha256 empty where one file is not the whole of it
   */
  record Part(String type, String path, String group, String name, String version, String sha256) {}

  static List<Part> in(SortedMap<String, Inputs.Input> files) throws IOException {
    List<Part> all = new ArrayList<>();
    for (Map.Entry<String, Inputs.Input> file : files.entrySet()) {
      Matcher jar = JAR.matcher(file.getKey());
      if (!file.getKey().startsWith("binaries/") && jar.matches()) {
        all.add(library(file.getKey(), jar, file.getValue()));
      } else if (RELEASE.matcher(file.getKey()).matches()) {
        runtime(file.getKey(), file.getValue()).ifPresent(all::add);
      }
    }
    return all;
  }

  /** By the coordinates that Maven leaves in a jar, or else by the file's name. */
  private static Part library(String path, Matcher jar, Inputs.Input file) throws IOException {
    String name = jar.group(1);
    String version = Optional.ofNullable(jar.group(2)).orElse("");
    String group = "";
    try (InputStream in = file.content().open();
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        Matcher own = COORDINATES.matcher(e.getName());
        if (own.matches() && own.group(1).equals(name)) {
          Properties p = new Properties();
          p.load(new java.io.ByteArrayInputStream(zip.readNBytes(MOST_TEXT)));
          group = p.getProperty("groupId", "");
          version = p.getProperty("version", version);
        }
      }
    }
    return new Part("library", path, group, name, version, file.content().digest().hex());
  }

  private static Optional<Part> runtime(String path, Inputs.Input file) throws IOException {
    try (InputStream in = file.content().open()) {
      String text = new String(in.readNBytes(MOST_TEXT), StandardCharsets.UTF_8);
      Matcher version = JAVA_VERSION.matcher(text);
      String folder = path.substring(0, path.lastIndexOf('/'));
      return version.find()
          ? Optional.of(new Part("platform", folder, "", "java-runtime", version.group(1), ""))
          : Optional.empty();
    }
  }
}
