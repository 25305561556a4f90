package dev.acp.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.check.Check;
import dev.acp.check.CheckList;
import dev.acp.check.CheckReport;
import dev.acp.check.CheckResult;
import dev.acp.check.CheckResult.Status;
import dev.acp.value.Lang;
import dev.acp.value.NodeName;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ChecksDocumentsTest {
  private static final String HOSTILE = "</td><script>x()</script>\u001b[2J\u0000]]>\"'&\ud800";

  private static CheckReport report() {
    Check check = CheckList.load().checks().get(0);
    NodeName node = NodeName.of("10.0.0.11");
    return new CheckReport(
        "global",
        List.of(Status.values()).stream()
            .map(s -> new CheckResult(check, node, s, HOSTILE, HOSTILE, List.of(HOSTILE)))
            .toList(),
        List.of("swap-off switched off by " + HOSTILE));
  }

  @Test
  void theJunitXmlParsesAndCountsWithHostileTextInIt() throws Exception {
    byte[] xml = new ChecksJunit(report(), Lang.EN).xml().getBytes(StandardCharsets.UTF_8);
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(xml));
    Element suite = (Element) document.getElementsByTagName("testsuite").item(0);
    assertThat(suite.getAttribute("tests")).isEqualTo("5");
    for (String name : List.of("failures", "errors", "skipped")) {
      assertThat(suite.getAttribute(name)).as(name).isEqualTo("1");
    }
    assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(5);
    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    Element changed = (Element) document.getElementsByTagName("property").item(0);
    assertThat(changed.getAttribute("value")).startsWith("swap-off switched off by </td>");
  }

  @Test
  void theHtmlIsOneFileWithNothingFromElsewhereAndNoMarkupFromNodes() throws Exception {
    for (Lang lang : Lang.values()) {
      String html = new ChecksHtml(report(), lang).html();
      assertThat(html).doesNotContain("<script").doesNotContain("http").doesNotContain("\u001b");
      String xml =
          html.replace("<!DOCTYPE html>", "")
              .replace("<meta charset=\"utf-8\">", "")
              .replace("<br>", "")
              .replace("<details open>", "<details>");
      Document document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
      assertThat(document.getElementsByTagName("tr").getLength()).isEqualTo(5);
      assertThat(document.getElementsByTagName("li").item(0).getTextContent())
          .startsWith("swap-off switched off by </td>");
      assertThat(new ChecksHtml(new CheckReport("x", List.of()), lang).html())
          .doesNotContain("<ul>");
    }
  }
}
