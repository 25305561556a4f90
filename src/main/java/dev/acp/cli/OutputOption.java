package dev.acp.cli;

import java.util.Locale;
import picocli.CommandLine.Option;

/** The option -o of commands that report. */
public final class OutputOption {
  /** The forms of a report. */
  enum Form {
    TEXT,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "text|json",
      defaultValue = "text",
      description = "How to report: ${COMPLETION-CANDIDATES}.")
  private Form form = Form.TEXT;

  boolean json() {
    return form == Form.JSON;
  }
}
