package dev.acp.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The files of res/ as the jar carries them. */
public final class Res {
  private Res() {}

  public static byte[] bytes(String name) {
    try (InputStream in = Res.class.getResourceAsStream("/res/" + name)) {
      if (in == null) {
        throw new IllegalStateException("acp is incomplete: res/" + name + " is missing");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }
}
