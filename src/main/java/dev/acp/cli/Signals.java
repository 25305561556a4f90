package dev.acp.cli;

import dev.acp.event.Stop;
import dev.acp.value.Exit;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Ctrl-C, a hang-up and a polite kill ask for a stop: the step in hand ends first. A second one
 * ends acp at once; what runs detached on a node goes on there, and the next run attaches to it.
 * The JDK has no supported way to this, so sun.misc.Signal (module jdk.unsupported) is reached by
 * reflection, which the compiler's mandatory warning about it would not allow otherwise.
 */
final class Signals {
  private Signals() {}

  static void ask(Stop stop, Console console) {
    for (String name : List.of("INT", "TERM", "HUP")) {
      try {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object ours =
            Proxy.newProxyInstance(
                Signals.class.getClassLoader(),
                new Class<?>[] {handler},
                (proxy, method, args) -> {
                  if (method.getName().equals("handle")) {
                    asked(stop, console);
                  }
                  return null;
                });
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
      } catch (ReflectiveOperationException | RuntimeException e) {
        // A runtime without it (or with -Xrs): the signal then ends acp as the system has it, which
        // every step survives.
        console.err().println("acp: cannot listen for " + name + "; it will end acp at once.");
      }
    }
  }

  private static void asked(Stop stop, Console console) {
    if (stop.wanted()) {
      Runtime.getRuntime().halt(Exit.INTERRUPTED.code());
    }
    stop.ask();
    console.err().println();
    console.err().println("Stopping after the step in hand; once more to stop at once.");
  }
}
