package dev.acp.cli;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The option --within: how early a certificate's end counts. */
final class WithinOption {
  private static final Pattern DAYS = Pattern.compile("(\\d{1,4})d?");

  /** kubeadm's certificates last a year: with more than this, a new one would be due at once. */
  private static final int MOST_DAYS = 300;

  @Option(
      names = "--within",
      paramLabel = "DAYS",
      defaultValue = "30d",
      description =
          "What ends within so many days counts, such as 60d; default: 30d, at most 300d.")
  private String within = "30d";

  /**
   * The time from now on.
   *
   * @throws AcpException USAGE
   */
  Duration limit() {
    Matcher days = DAYS.matcher(within);
    if (!days.matches() || Integer.parseInt(days.group(1)) > MOST_DAYS) {
      throw AcpException.of(
          FaultCode.USAGE,
          "--within " + within + " is no number of days up to " + MOST_DAYS + ", such as 30d.");
    }
    return Duration.ofDays(Integer.parseInt(days.group(1)));
  }
}
