package dev.acp.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** acp man. */
@Command(
    name = "man",
    description = {
      "Write the manual pages, one for each command.",
      "acp.1, acp-setup.1 and so on; those that are there are replaced."
    },
    footer = {"", "Example: acp man --out /usr/local/share/man/man1", "Read one: acp man --out ."})
final class ManCommand extends AcpCommand {
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder to write to; it is made if it is not there.")
  private Path folder;

  ManCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() {
    try {
      Files.createDirectories(folder);
      int count = write(spec.root().commandLine(), BuildFacts.load().date());
      console.out().println(count + " manual pages are in " + folder + ".");
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int write(CommandLine line, String date) throws IOException {
    Files.writeString(
        folder.resolve(ManPage.name(line) + ".1"), ManPage.of(line, date), StandardCharsets.UTF_8);
    int count = 1;
    for (CommandLine sub : new LinkedHashSet<>(line.getSubcommands().values())) {
      count += write(sub, date);
    }
    return count;
  }
}
