package dev.acp.cli;

import java.util.List;

/** Every command, in the order in which a person meets them. */
final class Commands {
  static final List<Class<?>> ALL =
      List.of(
          VersionCommand.class,
          VerifyPackageCommand.class,
          UnpackCommand.class,
          PackageCommand.class);

  private Commands() {}
}
