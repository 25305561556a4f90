package dev.acp.cli;

import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;

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
          SyncImagesCommand.class,
          ResetCommand.class,
          PackageCommand.class,
          CompletionCommand.class,
          ManCommand.class,
          VersionCommand.class,
          HelpCommand.class);

  /** Those that look at the others. */
  private static final Set<Class<?>> OF_ALL =
      Set.of(CompletionCommand.class, ManCommand.class, HelpCommand.class);

  private Commands() {}

  /**
   * The command that the first argument names, alone: to make the others too would take longer than
   * a short command does. All of them wherever that is not plain.
   */
  static List<Class<?>> named(String[] args) {
    return ALL.stream()
        .filter(c -> args.length > 0 && c.getAnnotation(Command.class).name().equals(args[0]))
        .filter(c -> !OF_ALL.contains(c))
        .findFirst()
        .<List<Class<?>>>map(List::of)
        .orElse(ALL);
  }
}
