package dev.acp.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.cluster.ClusterSpec.NodeSpec;
import dev.acp.cluster.Clusters;
import dev.acp.cluster.Flags;
import dev.acp.node.Node;
import dev.acp.remote.Command;
import dev.acp.remote.CommandResult;
import dev.acp.remote.Masker;
import dev.acp.remote.Remote;
import dev.acp.remote.RemotePath;
import dev.acp.value.Bytes;
import dev.acp.value.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EncryptionAtRestTest {
  private static final List<NodeSpec> NODES =
      Clusters.whole(
              """
              apiVersion: acp.dev/v1
              kind: GlobalCluster
              metadata: {name: global}
              spec:
                endpoint: {address: 10.0.0.100, selfBuiltVip: {enabled: true, vrid: 51}}
                network: {mode: calico, podCidr: [10.3.0.0/16], serviceCidr: [10.4.0.0/16]}
                platform: {address: 10.0.0.100}
                ssh: {user: root, keyFile: /k}
                nodes:
                  - {addresses: [10.0.0.11], role: control-plane}
                  - {addresses: [10.0.0.12], role: control-plane}
                  - {addresses: [10.0.0.13], role: control-plane}
              """,
              Flags.none(),
              Optional.of(Clusters.OFFER))
          .controlPlanes();

  /** A fake node with that file, or without one. */
  private static Node node(int i, String file) {
    return new Node(
        NODES.get(i),
        new Remote() {
          @Override
          public CommandResult query(Command command) {
            return dev.acp.node.FakeNodes.says(0, file == null ? "no\n" : "yes\n");
          }

          @Override
          public void fetch(RemotePath path, OutputStream to, Bytes atMost) {
            try {
              to.write(file.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        });
  }

  @Test
  void withoutAFileANewKeyIsMadeEachTimeAnother() {
    List<Node> bare = List.of(node(0, null), node(1, null));
    String one = EncryptionAtRest.decide(bare, new SecureRandom()).reveal();
    String two = EncryptionAtRest.decide(bare, new SecureRandom()).reveal();
    assertThat(one).contains("kind: EncryptionConfiguration", "secretbox:").isNotEqualTo(two);
    String key = one.replaceAll("(?s).*secret: (\\S+).*", "$1");
    assertThat(Base64.getDecoder().decode(key)).hasSize(32);
    Masker masker = new Masker();
    masker.hide(Secret.of(one));
    assertThat(masker.mask("the key is " + key)).isEqualTo("the key is ***");
  }

  @Test
  void aFileThatIsThereIsUsedAsItIs() {
    assertThat(
            EncryptionAtRest.decide(
                    List.of(node(0, null), node(1, "mine\n"), node(2, "mine\n")),
                    new SecureRandom())
                .reveal())
        .isEqualTo("mine\n");
  }

  @Test
  void twoFilesThatDifferAreRefusedAndNotQuoted() {
    assertThatThrownBy(
            () ->
                EncryptionAtRest.decide(
                    List.of(node(0, "mine\n"), node(1, "yours\n")), new SecureRandom()))
        .hasMessageContaining("differs from the one on 10.0.0.11")
        .hasMessageNotContaining("mine")
        .hasMessageNotContaining("yours");
  }
}
