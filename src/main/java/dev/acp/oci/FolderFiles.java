package dev.acp.oci;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import dev.acp.file.Content;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An image layout in a folder. */
record FolderFiles(Path folder) implements ImageFiles {
  @Override
  public String shown() {
    return folder.toString();
  }

  @Override
  public boolean has(String path) {
    return Files.isRegularFile(folder.resolve(path));
  }

  @Override
  public byte[] small(String path) {
    Path file = folder.resolve(path);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MOST_MANIFEST) {
        throw ImageFiles.damaged(
            file + " is missing, or has more than " + MOST_MANIFEST + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  @Override
  public Content blob(Descriptor descriptor) {
    String path = ImageFiles.path(descriptor.digest());
    Path file = folder.resolve(path);
    try {
      if (!Files.isRegularFile(file) || Files.size(file) != descriptor.size()) {
        throw otherSize(path, descriptor.size());
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    return Content.ofFile(file, Bytes.of(descriptor.size()), descriptor.digest());
  }

  @Override
  public void verify(Descriptor descriptor) {
    blob(descriptor);
    String path = ImageFiles.path(descriptor.digest());
    try {
      if (!Digest.ofFile(folder.resolve(path)).equals(descriptor.digest())) {
        throw otherDigest(path);
      }
    } catch (IOException e) {
      throw unreadable(folder.resolve(path), e);
    }
  }

  private static AcpException unreadable(Path file, IOException e) {
    return AcpException.of(FaultCode.FILE_UNREADABLE, file + " cannot be read: " + e, e);
  }
}
