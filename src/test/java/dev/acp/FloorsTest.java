package dev.acp;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The plan of the rooms (house.md, "Rooms, and who may use whom"): this table is that plan. */
class FloorsTest {
  private static final String BASE = "dev.acp.";
  private static final Map<String, Set<String>> MAY_USE = new LinkedHashMap<>();

  static {
    room("value");
    room("fault", "value");
    room("event", "value", "fault");
    room("file", "value", "fault", "event");
    room("yaml", "value", "fault");
    upper("openpgp");
    upper("archive");
    upper("pki");
    upper("cluster");
    upper("remote", "cluster");
    upper("oci", "archive");
    upper("bundle", "archive", "openpgp", "cluster");
    upper("pack", "bundle", "oci", "archive", "openpgp", "cluster");
    upper("node", "remote", "cluster");
    upper("change", "node", "remote", "cluster");
    upper("check", "node", "remote", "cluster");
    upper("kubeadm", "cluster");
    upper("containerd", "cluster");
    upper("registry", "cluster");
    upper("endpoint", "cluster");
    upper("kube", "node", "remote", "cluster");
    upper("pipeline", "node", "remote", "change", "cluster");
    String[] belowStage = {
      "openpgp",
      "archive",
      "pki",
      "cluster",
      "remote",
      "oci",
      "bundle",
      "node",
      "change",
      "check",
      "kubeadm",
      "containerd",
      "registry",
      "endpoint",
      "kube",
      "pipeline"
    };
    upper("stage", belowStage);
    upper("operation", with(belowStage, "stage"));
    upper("view");
    upper("report", "check", "bundle", "kube", "node", "cluster");
    upper("cli", with(belowStage, "stage", "operation", "pack", "view", "report"));
  }

  private static String[] with(String[] some, String... more) {
    String[] all = java.util.Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  private static void room(String name, String... uses) {
    MAY_USE.put(name, Set.of(uses));
  }

  private static void upper(String name, String... uses) {
    MAY_USE.put(name, Set.of(with(uses, "value", "fault", "event", "file", "yaml")));
  }

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.acp");

  private static String roomOf(JavaClass c) {
    String rest = c.getPackageName().substring(BASE.length() - 1);
    if (rest.isEmpty()) {
      return "";
    }
    String name = rest.substring(1);
    return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
  }

  @Test
  void everyClassStandsInARoomOfThePlan() {
    Set<String> strangers = new TreeSet<>();
    for (JavaClass c : CLASSES) {
      if (!MAY_USE.containsKey(roomOf(c))) {
        strangers.add(c.getName());
      }
    }
    assertThat(strangers).isEmpty();
    assertThat(CLASSES.size()).isGreaterThan(20);
  }

  @Test
  void noRoomUsesAnotherThatThePlanDoesNotAllow() {
    Set<String> wrong = new TreeSet<>();
    for (JavaClass c : CLASSES) {
      for (Dependency d : c.getDirectDependenciesFromSelf()) {
        JavaClass target = d.getTargetClass();
        if (!target.getPackageName().startsWith(BASE)) {
          continue;
        }
        String from = roomOf(c);
        String to = roomOf(target);
        if (!from.equals(to) && !MAY_USE.get(from).contains(to)) {
          wrong.add(c.getName() + " -> " + target.getName());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void onlyTheRoomsThatShowThingsTouchTheScreen() {
    Set<String> wrong = new TreeSet<>();
    for (JavaClass c : CLASSES) {
      if (Set.of("cli", "view", "report").contains(roomOf(c))) {
        continue;
      }
      c.getFieldAccessesFromSelf().stream()
          .filter(a -> a.getTarget().getOwner().getName().equals("java.lang.System"))
          .filter(a -> Set.of("out", "err").contains(a.getTarget().getName()))
          .forEach(a -> wrong.add(c.getName()));
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void onlyChangeWritesToANode() {
    Set<String> wrong = new TreeSet<>();
    for (JavaClass c : CLASSES) {
      if (Set.of("change", "remote", "cli").contains(roomOf(c))) {
        continue;
      }
      // Fleet owns the connections and hands the writers to room change; it calls none of them.
      if (c.getName().equals("dev.acp.node.Fleet")) {
        continue;
      }
      for (Dependency d : c.getDirectDependenciesFromSelf()) {
        if (d.getTargetClass().getName().equals("dev.acp.remote.RemoteWriter")) {
          wrong.add(c.getName());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void sshjStaysInItsRoom() {
    Set<String> wrong = new TreeSet<>();
    for (JavaClass c : CLASSES) {
      for (Dependency d : c.getDirectDependenciesFromSelf()) {
        String used = d.getTargetClass().getPackageName();
        if (!roomOf(c).equals("remote")
            && (used.startsWith("net.schmizz") || used.startsWith("com.hierynomus"))) {
          wrong.add(c.getName());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }
}
