package dev.acp.cli;

import dev.acp.event.Event;
import dev.acp.event.Events;
import dev.acp.fault.AcpException;
import dev.acp.fault.Fault;
import dev.acp.fault.FaultCode;
import dev.acp.fault.Texts;
import dev.acp.value.Exit;
import dev.acp.value.Lang;
import dev.acp.value.Printable;
import dev.acp.value.Quote;
import dev.acp.value.StageId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where a command's results (out) and everything else (err) go, and what the environment says. */
public final class Console {
  private static final Set<Exit> AGAIN = Set.of(Exit.STAGE, Exit.CHECKS, Exit.INTERRUPTED);
  private static final Set<FaultCode> AGAIN_TOO =
      Set.of(FaultCode.SPACE_SHORT, FaultCode.OUT_OF_MEMORY, FaultCode.LOCKED);
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");

  private final PrintWriter out;
  private final PrintWriter err;
  private final Map<String, String> environment;
  private Lang lang;
  private boolean noColor;
  private List<String> called = List.of();
  private volatile Optional<Path> log = Optional.empty();
  private volatile Optional<StageId> failedStage = Optional.empty();

  public Console(PrintWriter out, PrintWriter err, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.environment = Map.copyOf(environment);
    this.lang = language(environment);
  }

  /**
   * ACP_LANG, then the variables of POSIX (Base Definitions, 8.2), an empty one of which counts for
   * nothing. The launcher may have to replace LC_ALL for Java's sake, and sets ACP_LANG before.
   */
  private static Lang language(Map<String, String> environment) {
    for (String name : List.of("ACP_LANG", "LC_ALL", "LC_MESSAGES", "LANG")) {
      String locale = environment.getOrDefault(name, "");
      if (!locale.isEmpty()) {
        return Lang.ofLocale(locale);
      }
    }
    return Lang.EN;
  }

  /** What stands before the next step. */
  String next() {
    return lang == Lang.ZH ? "下一步：" : "Next: ";
  }

  /** Results. */
  public PrintWriter out() {
    return out;
  }

  /** Everything that is not a result. */
  public PrintWriter err() {
    return err;
  }

  public Map<String, String> environment() {
    return environment;
  }

  public Lang lang() {
    return lang;
  }

  void useLang(Lang wanted) {
    this.lang = wanted;
  }

  void useNoColor() {
    this.noColor = true;
  }

  /** True on a terminal that takes colours and when nobody asked for none (no-color.org). */
  public boolean color() {
    return !noColor
        && terminal()
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }

  /**
   * True where a person watches: both ends are a terminal and this is no CI. The launcher sets
   * jdk.console=java.base, so that newer JDKs answer as 17 does.
   */
  @SuppressWarnings("SystemConsoleNull")
  public boolean terminal() {
    return System.console() != null && !environment.containsKey("CI");
  }

  /** Asks at the terminal; the answer without its end of line, empty where nobody answers. */
  String ask(String question) {
    String answer = System.console().readLine("%s", question);
    return answer == null ? "" : answer.strip();
  }

  /** Asks for a secret without showing it; empty where nobody can be asked. */
  Optional<String> askSecret(String what) {
    if (!terminal()) {
      return Optional.empty();
    }
    char[] answer = System.console().readPassword("%s: ", what);
    return answer == null ? Optional.empty() : Optional.of(new String(answer));
  }

  /** The words that acp was called with; they hold no secret (contract.md, "Commands"). */
  void called(List<String> words) {
    called = List.copyOf(words);
  }

  /** A long run has begun: a fault is told with its log and the stage that failed. */
  Events remembers(Path logFile) {
    log = Optional.of(logFile);
    return event -> {
      // of two beside each other that fail, the fault that is told is the first one's
      if (event instanceof Event.StageFailed e && failedStage.isEmpty()) {
        failedStage = Optional.of(e.stage());
      }
    };
  }

  void flush() {
    out.flush();
    err.flush();
  }

  /** Tells a fault, with its evidence and the next step, and gives its exit code. */
  int failed(AcpException e) {
    out.flush();
    Fault fault = e.fault();
    err.println(
        "acp: " + fault.node().map(n -> n + ": ").orElse("") + Printable.lines(fault.what()));
    fault.evidence().forEach(line -> err.println("  " + Printable.line(line)));
    if (fault.code() == FaultCode.INTERNAL) {
      fault = fault.withNext(writeTrace(e));
    }
    Texts texts = Texts.of(lang);
    failedStage.ifPresent(s -> err.println(texts.format("failed.stage", List.of(s.text()))));
    log.ifPresent(file -> err.println(texts.format("failed.log", List.of(file.toString()))));
    err.println(next() + Printable.line(fault.next(lang)));
    boolean again = log.isPresent() && AGAIN.contains(fault.code().exit());
    if (again || AGAIN_TOO.contains(fault.code())) {
      err.println(texts.format("failed.again", List.of(Printable.line(commandLine()))));
    }
    return e.exit().code();
  }

  /** As it can be typed again. */
  private String commandLine() {
    return "acp"
        + called.stream()
            .map(word -> " " + (PLAIN.matcher(word).matches() ? word : Quote.word(word)))
            .collect(Collectors.joining());
  }

  private static String writeTrace(Throwable e) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    try {
      Path file = Files.createTempFile("acp-fault-", ".log", new FileAttribute<?>[0]);
      Files.writeString(file, trace.toString());
      return file.toString();
    } catch (IOException io) {
      return "(no log could be written: " + io.getMessage() + ")";
    }
  }
}
