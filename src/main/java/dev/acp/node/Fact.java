package dev.acp.node;

import java.util.Optional;
import java.util.function.Function;

/** Something read off a node: known with the raw text it came from, or unknown with the reason. */
public sealed interface Fact<T> {
  /** Seen on the node. */
  record Known<T>(T value, String raw) implements Fact<T> {}

  /** Could not be seen: a tool is missing, the output made no sense, the probe was cut off. */
  record Unknown<T>(String why) implements Fact<T> {}

  static <T> Fact<T> known(T value, String raw) {
    return new Known<>(value, raw);
  }

  static <T> Fact<T> unknown(String why) {
    return new Unknown<>(why);
  }

  default Optional<T> asOptional() {
    return this instanceof Known<T> known ? Optional.of(known.value()) : Optional.empty();
  }

  default <R> Fact<R> map(Function<T, R> f) {
    if (this instanceof Known<T> known) {
      return known(f.apply(known.value()), known.raw());
    }
    return unknown(((Unknown<T>) this).why());
  }
}
