package dev.acp.cli;

import java.lang.reflect.Constructor;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/**
 * Makes the command classes: each has one constructor, taking the console, what was begun for it
 * too, or nothing.
 */
final class Wiring implements IFactory {
  private final Console console;
  private final HeadStart begun;

  Wiring(Console console, HeadStart begun) {
    this.console = console;
    this.begun = begun;
  }

  @Override
  public <K> K create(Class<K> type) throws Exception {
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      List<Class<?>> wanted = List.of(constructor.getParameterTypes());
      if (wanted.equals(List.of(Console.class))) {
        return type.cast(constructor.newInstance(console));
      }
      if (wanted.equals(List.of(Console.class, HeadStart.class))) {
        return type.cast(constructor.newInstance(console, begun));
      }
    }
    return CommandLine.defaultFactory().create(type);
  }
}
