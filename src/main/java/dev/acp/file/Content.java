package dev.acp.file;

import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Bytes to be brought somewhere, with their size and digest known beforehand. */
public interface Content {
  Bytes size();

  Digest digest();

  /** A new stream over the bytes; the caller closes it. */
  InputStream open() throws IOException;

  static Content ofText(String text) {
    return ofBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  static Content ofBytes(byte[] bytes) {
    byte[] copy = bytes.clone();
    Digest digest = Digest.ofBytes(copy);
    return new Content() {
      @Override
      public Bytes size() {
        return Bytes.of(copy.length);
      }

      @Override
      public Digest digest() {
        return digest;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(copy);
      }
    };
  }

  /** A file whose size and digest a signed manifest states, so that it is not hashed again here. */
  static Content ofFile(Path file, Bytes size, Digest digest) {
    return new Content() {
      @Override
      public Bytes size() {
        return size;
      }

      @Override
      public Digest digest() {
        return digest;
      }

      @Override
      public InputStream open() throws IOException {
        return Files.newInputStream(file);
      }
    };
  }
}
