package dev.acp.cli;

import java.util.List;
import java.util.Set;

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
          AddNodeCommand.class,
          RemoveNodeCommand.class,
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

  /** Those whose work is with all the others. */
  private static final Set<Class<?>> OF_ALL =
      Set.of(CompletionCommand.class, ManCommand.class, HelpCommand.class);

  private Commands() {}

  /**
   * The commands that a command line needs: picocli reads the annotations of each one that it is
   * given, which is most of a short run's time. All of them, unless the line begins with the name
   * of one.
   */
  static List<Class<?>> neededBy(String[] arguments) {
    return ALL.stream()
        .filter(command -> arguments.length > 0 && name(command).equals(arguments[0]))
        .filter(command -> !OF_ALL.contains(command))
        .findFirst()
        .<List<Class<?>>>map(List::of)
        .orElse(ALL);
  }

  /** As its annotation says, too: VerifyPackageCommand is verify-package. */
  static String name(Class<?> command) {
    String type = command.getSimpleName();
    StringBuilder name = new StringBuilder();
    for (char c : type.substring(0, type.length() - "Command".length()).toCharArray()) {
      if (Character.isUpperCase(c) && name.length() > 0) {
        name.append('-');
      }
      name.append(Character.toLowerCase(c));
    }
    return name.toString();
  }
}
