package dev.acp.cli;

import java.util.List;

/** Every command, in the order in which a person meets them. */
final class Commands {
  static final List<Class<?>> ALL =
      List.of(
          VerifyPackageCommand.class,
          UnpackCommand.class,
          CheckNodesCommand.class,
          InitNodesCommand.class,
          SetupCommand.class,
          StatusCommand.class,
          CertsCommand.class,
          AdoptCommand.class,
          SyncImagesCommand.class,
          ResetCommand.class,
          SupportBundleCommand.class,
          PackageCommand.class,
          CompletionCommand.class,
          ManCommand.class,
          VersionCommand.class,
          HelpCommand.class);

  private Commands() {}
}
