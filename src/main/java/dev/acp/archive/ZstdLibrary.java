package dev.acp.archive;

import com.github.luben.zstd.util.Native;
import com.github.luben.zstd.util.ZstdVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * zstd's own library, which unpacks nearly twice as fast as Java can. It comes in a jar and must
 * lie in a file to be loaded, in a folder that may be mounted noexec: so several folders are tried,
 * and if none will do, or the machine's C library is too old, there is no such library and
 * everything goes on without it.
 */
final class ZstdLibrary {
  /** Set to true, acp does without the library. */
  static final String OFF = "acp.zstd.java";

  private static final boolean USABLE = !Boolean.getBoolean(OFF) && loadFromAny(folders());

  private ZstdLibrary() {}

  /** True if the classes of com.github.luben.zstd may be used; looked for once. */
  static boolean usable() {
    return USABLE;
  }

  private static List<Path> folders() {
    return List.of(
        Path.of(System.getProperty("java.io.tmpdir")),
        Path.of("/run"),
        Path.of("/var/tmp"),
        Path.of(System.getProperty("user.home")));
  }

  /** True as soon as it could be loaded from one of the folders; nothing stays in them. */
  static boolean loadFromAny(List<Path> folders) {
    return folders.stream().anyMatch(ZstdLibrary::loadFrom);
  }

  private static boolean loadFrom(Path folder) {
    try (InputStream library = Native.class.getResourceAsStream(resource())) {
      if (library == null) {
        return false;
      }
      // of mode 0700: nobody else can put another library in its place
      Path own = Files.createTempDirectory(folder, "acp-zstd-");
      Path file = own.resolve("libzstd-jni.so");
      try {
        Files.copy(library, file);
        System.load(file.toAbsolutePath().toString());
      } finally {
        // what is loaded stays loaded without its name
        Files.deleteIfExists(file);
        Files.deleteIfExists(own);
      }
      Native.assumeLoaded();
      return true;
    } catch (IOException | LinkageError | SecurityException e) {
      return false;
    }
  }

  private static String resource() {
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return "/linux/"
        + (machine.equals("x86_64") ? "amd64" : machine)
        + "/libzstd-jni-"
        + ZstdVersion.VERSION
        + ".so";
  }
}
