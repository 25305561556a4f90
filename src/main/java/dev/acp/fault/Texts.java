package dev.acp.fault;

import dev.acp.value.Lang;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * The texts that have an id and two languages: titles of stages and checks, remedies, next steps.
 * They stand in res/texts-en.properties and res/texts-zh.properties (UTF-8, {0} for an argument).
 */
public final class Texts {
  private static final Map<Lang, Texts> ALL = load();
  private final Properties texts;

  private Texts(Properties texts) {
    this.texts = texts;
  }

  public static Texts of(Lang lang) {
    return ALL.get(lang);
  }

  public Set<String> keys() {
    return new TreeSet<>(texts.stringPropertyNames());
  }

  public boolean has(String key) {
    return texts.containsKey(key);
  }

  /**
   * The text of a key; a key that is not there shows as itself, and a test keeps that from
   * happening.
   */
  public String get(String key) {
    return texts.getProperty(key, key);
  }

  public String format(String key, List<String> args) {
    return new MessageFormat(get(key).replace("'", "''"), java.util.Locale.ROOT)
        .format(args.toArray());
  }

  private static Map<Lang, Texts> load() {
    Map<Lang, Texts> all = new EnumMap<>(Lang.class);
    for (Lang lang : Lang.values()) {
      String name = "/res/texts-" + lang.id() + ".properties";
      Properties properties = new Properties();
      try (InputStream in = Texts.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IllegalStateException("acp is incomplete: " + name + " is missing");
        }
        properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      all.put(lang, new Texts(properties));
    }
    return Map.copyOf(all);
  }
}
