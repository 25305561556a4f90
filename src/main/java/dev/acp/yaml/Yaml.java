package dev.acp.yaml;

import dev.acp.fault.Problems;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Strict YAML: one document, UTF-8, a mapping at the top, no anchors, no merge keys, no own tags,
 * no key twice. Scalars keep their text, so that 1.30 stays 1.30; whoever reads a value says what
 * type it wants. Every value knows its line.
 */
public final class Yaml {
  private static final int MOST_BYTES = 64 << 20;
  private static final int DEEPEST = 32;

  private Yaml() {}

  /**
   * Reads a document.
   *
   * @param problems takes what is wrong; its file name is the one shown
   * @return the top mapping, or empty when a problem was added
   */
  public static Optional<YamlMap> read(byte[] content, Problems problems) {
    if (content.length > MOST_BYTES) {
      problems.add(0, "the file has " + content.length + " bytes", "at most " + MOST_BYTES);
      return Optional.empty();
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      problems.add(0, "the file is not UTF-8", "save it as UTF-8");
      return Optional.empty();
    }
    Node root;
    try {
      LoaderOptions options = new LoaderOptions();
      options.setCodePointLimit(MOST_BYTES);
      options.setNestingDepthLimit(DEEPEST);
      options.setAllowDuplicateKeys(false);
      root =
          new Composer(
                  new ParserImpl(new StreamReader(new StringReader(text)), options),
                  new Resolver(),
                  options)
              .getSingleNode();
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      problems.add(line, "not valid YAML: " + e.getProblem(), "");
      return Optional.empty();
    } catch (YAMLException | IllegalArgumentException e) {
      // the latter is how snakeyaml tells an empty tag, as fuzzing found
      problems.add(0, "not valid YAML: " + firstLine(String.valueOf(e.getMessage())), "");
      return Optional.empty();
    }
    if (root == null) {
      problems.add(0, "the file is empty", "a YAML mapping");
      return Optional.empty();
    }
    boolean clean = check(root, problems);
    if (!(root instanceof MappingNode mapping)) {
      problems.add(line(root), "the top is not a mapping", "key: value lines");
      return Optional.empty();
    }
    return clean ? Optional.of(new YamlMap(mapping, "", problems)) : Optional.empty();
  }

  static int line(Node node) {
    return node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1;
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  private static boolean check(Node node, Problems problems) {
    if (node.getAnchor() != null) {
      problems.add(line(node), "an anchor (&" + node.getAnchor() + ")", "write the value out");
      return false;
    }
    if (!node.getTag().startsWith(Tag.PREFIX)) {
      problems.add(line(node), "a tag of its own (" + node.getTag() + ")", "plain YAML values");
      return false;
    }
    boolean clean = true;
    if (node instanceof SequenceNode sequence) {
      for (Node item : sequence.getValue()) {
        clean &= check(item, problems);
      }
    } else if (node instanceof MappingNode mapping) {
      Set<String> seen = new HashSet<>();
      for (NodeTuple entry : mapping.getValue()) {
        if (!(entry.getKeyNode() instanceof ScalarNode key) || key.getValue().equals("<<")) {
          problems.add(line(entry.getKeyNode()), "a key that is not a plain word", "key: value");
          clean = false;
          continue;
        }
        if (!seen.add(key.getValue())) {
          problems.add(line(key), "the key " + key.getValue() + " twice", "each key once");
          clean = false;
        }
        clean &= check(key, problems) && check(entry.getValueNode(), problems);
      }
    }
    return clean;
  }
}
