package dev.acp.cli;

import dev.acp.fault.Texts;
import dev.acp.value.Exit;
import dev.acp.value.Lang;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a person may want to know that belongs to no one command; for help and the manual. */
final class HelpTopics {
  /** As they are called. */
  static final List<String> NAMES = List.of("exit-codes", "files", "environment");

  private static final Map<String, String> FILES = new LinkedHashMap<>();
  private static final List<String> VARIABLES =
      List.of("ACP_HOME", "ACP_LANG", "LC_ALL, LC_MESSAGES, LANG", "NO_COLOR", "CI");

  static {
    FILES.put("/var/lib/acp/CLUSTER/", "cluster");
    FILES.put("/var/lib/acp/CLUSTER/decisions.json, pki/", "secrets");
    FILES.put("/var/lib/acp/CLUSTER/known_hosts", "known-hosts");
    FILES.put("/var/lib/acp/verifications.jsonl", "verifications");
    FILES.put("/var/log/acp/", "logs");
    FILES.put("/etc/acp/keys/", "keys");
    FILES.put("/var/lib/acp/node/", "node");
  }

  private HelpTopics() {}

  /** Each code of contract.md with what it means. */
  static Map<String, String> exitCodes(Lang lang) {
    Map<String, String> codes = new LinkedHashMap<>();
    for (Exit exit : Exit.values()) {
      codes.put(
          Integer.toString(exit.code()),
          Texts.of(lang).get("exit." + exit.name().toLowerCase(Locale.ROOT)));
    }
    return codes;
  }

  /** Each path with what is kept there. */
  static Map<String, String> files(Lang lang) {
    Map<String, String> files = new LinkedHashMap<>();
    FILES.forEach((path, key) -> files.put(path, Texts.of(lang).get("file." + key)));
    return files;
  }

  static Map<String, String> environment(Lang lang) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String name : VARIABLES) {
      String key = name.startsWith("LC_ALL") ? "locale" : name.toLowerCase(Locale.ROOT);
      variables.put(name, Texts.of(lang).get("env." + key.replace('_', '-')));
    }
    return variables;
  }

  /** A topic by one of {@link #NAMES}. */
  static Map<String, String> of(String name, Lang lang) {
    return switch (name) {
      case "exit-codes" -> exitCodes(lang);
      case "files" -> files(lang);
      case "environment" -> environment(lang);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
