package dev.acp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Programs that a test lays before a script of ours, in a folder that is the script's PATH. */
public final class FakePrograms {
  /** Where this machine's own are. */
  public static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

  private FakePrograms() {}

  /**
   * One that everybody may run.
   *
   * @param script the lines of a shell, without the first
   * @return the program, in place of what was there
   */
  public static Path write(Path folder, String name, String script) throws IOException {
    Path file = folder.resolve(name);
    Files.deleteIfExists(file);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Those of this machine that it has, under their own names; the others are left out. */
  public static void real(Path folder, List<String> names) throws IOException {
    for (String name : names) {
      Optional<Path> real = find(name);
      if (real.isPresent()) {
        write(folder, name, "exec " + real.get() + " \"$@\"");
      }
    }
  }

  /** A program of this machine. */
  public static Optional<Path> find(String name) {
    return Arrays.stream(PATH.split(":", -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
