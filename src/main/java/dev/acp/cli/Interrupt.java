package dev.acp.cli;

import dev.acp.event.Stop;
import dev.acp.fault.Texts;
import dev.acp.value.Exit;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * While it is open, Ctrl-C, a hang-up and a polite kill ask for a stop: the step in hand ends first
 * and cleans up. A second one ends acp at once; what runs detached on a node goes on there, and the
 * next run attaches to it, or clears away what was half made here.
 *
 * <p>The JDK has no supported way to this, so sun.misc.Signal (module jdk.unsupported) is reached
 * by reflection, which the compiler's mandatory warning about it would not allow otherwise.
 */
final class Interrupt implements AutoCloseable {
  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

  private final Stop stop;
  private final Console console;
  private final AtomicBoolean heard = new AtomicBoolean();
  private final Map<String, Object> before = new LinkedHashMap<>();

  private Interrupt(Stop stop, Console console) {
    this.stop = stop;
    this.console = console;
  }

  static Interrupt asks(Stop stop, Console console) {
    Interrupt interrupt = new Interrupt(stop, console);
    for (String signal : SIGNALS) {
      try {
        interrupt.before.put(signal, handle(signal, interrupt.handler()));
      } catch (ReflectiveOperationException | RuntimeException e) {
        // A runtime without it (or with -Xrs): the signal then ends acp as the system has it, which
        // every step survives.
        console.err().println("acp: cannot listen for " + signal + "; it will end acp at once.");
      }
    }
    return interrupt;
  }

  private Object handler() throws ClassNotFoundException {
    return Proxy.newProxyInstance(
        Interrupt.class.getClassLoader(),
        new Class<?>[] {Class.forName("sun.misc.SignalHandler")},
        (proxy, method, args) -> {
          if (method.getName().equals("handle")) {
            asked();
          }
          return null;
        });
  }

  /** Gives the handler that was there before. */
  private static Object handle(String name, Object handler) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Method handle = signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"));
    return handle.invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
  }

  private void asked() {
    // two may come before the stop that the first one asks for is wanted
    if (heard.getAndSet(true) || stop.wanted()) {
      Runtime.getRuntime().halt(Exit.INTERRUPTED.code());
    }
    // said before: what stops may be over, and acp gone, before this thread goes on
    console.err().println();
    console.err().println(Texts.of(console.lang()).get("run.stopping"));
    stop.ask();
  }

  /** The work is done and cannot be undone by a stop any more: signals are as they were before. */
  void done() {
    before.forEach(
        (signal, handler) -> {
          try {
            handle(signal, handler);
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a handler that was taken can be given back", e);
          }
        });
    before.clear();
  }

  @Override
  public void close() {
    done();
  }
}
