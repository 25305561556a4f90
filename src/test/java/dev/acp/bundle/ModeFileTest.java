package dev.acp.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acp.fault.AcpException;
import dev.acp.fault.FaultCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModeFileTest {
  private static String mode(String kind, String name) {
    return "mode: m\nleaves:\n  - {kind: link, name: cni0}\n  - {kind: "
        + kind
        + ", name: \""
        + name
        + "\"}\n";
  }

  @Test
  void theSamplesOwnModeIsGood() throws IOException {
    ModeFile file =
        ModeFile.parse(
            "mode.yaml", Files.readString(Path.of("packaging/sample/network/hostgw/mode.yaml")));
    assertThat(file.leaves())
        .contains(
            new ModeFile.Leaving("link", "veth*@cni0"),
            new ModeFile.Leaving("mount", "/run/netns/cni-*"));
  }

  @ParameterizedTest
  @CsvSource({
    "link,veth*@cni0",
    "link,flannel.1",
    "link,cali*",
    "chain,CNI-DN-*",
    "chain,cali-INPUT",
    "ipset,cali40*",
    "route,proto 177",
    "route,proto bird",
    "route,10.3.0.0/16",
    "mount,/run/netns/cni-*",
    "mount,/var/lib/kubelet/plugins",
    "path,/opt/cni/bin",
    "path,/etc/cni/net.d/.10-hostgw.conflist.partial",
    "path,/usr/local/bin/calicoctl",
    "folder,/lib/modules/extra",
    "sysctl,net.ipv4.ip_forward",
    "sysctl,net/ipv4/conf/eth0.5/rp_filter"
  })
  void whatAModeMayLeave(String kind, String name) {
    assertThat(ModeFile.parse("mode.yaml", mode(kind, name)).leaves())
        .contains(new ModeFile.Leaving(kind, name));
  }

  @ParameterizedTest
  @CsvSource({
    "link,*",
    "link,ve*h",
    "link,*@cni0",
    "link,veth*@",
    "link,a b",
    "link,eth0/..",
    "chain,*",
    "chain,IN*",
    "chain,FORWARD",
    "ipset,*",
    "ipset,a*b",
    "route,proto kernel",
    "route,proto 2",
    "route,proto 02",
    "route,default",
    "route,0.0.0.0/0",
    "mount,/*",
    "mount,/run/*",
    "mount,/v*",
    "mount,/run/netns/*/x",
    "mount,run/x",
    "mount,/usr/l*",
    "path,/",
    "path,/etc",
    "path,/usr/lib",
    "path,/lib",
    "path,/var/lib/../../etc",
    "path,/var/lib/",
    "path,//etc",
    "path,/var//x",
    "path,etc/x",
    "path,/opt/cni/*",
    "path,/var/lib",
    "folder,/boot",
    "folder,/usr/share",
    "path,/opt/\\u0007x",
    "sysctl,net.ipv4.conf.*.route_localnet",
    "sysctl,ip_forward",
    "sysctl,net/../../etc/passwd",
    "sysctl,/etc/passwd",
    "sysctl,net..x",
    "volume,x"
  })
  void whatWouldDestroyMoreIsTold(String kind, String name) {
    assertThatThrownBy(() -> ModeFile.parse("mode.yaml", mode(kind, name)))
        .isInstanceOfSatisfying(
            AcpException.class,
            e -> {
              assertThat(e.fault().code()).isEqualTo(FaultCode.BUNDLE_INVALID);
              assertThat(e.fault().evidence().toString()).contains("mode.yaml:4");
            });
  }

  @Test
  void aControlCharacterIsToldWhereverItStands() {
    assertThatThrownBy(() -> ModeFile.parse("mode.yaml", "mode: m\ntitle: {en: \"a\\u001bb\"}\n"))
        .isInstanceOfSatisfying(
            AcpException.class,
            e -> assertThat(e.fault().evidence().toString()).contains("mode.yaml:2"));
  }
}
