package dev.acp.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What the build knew of itself (pom.xml, "build facts"): nothing that differs between two builds
 * of one commit.
 *
 * @param commit in 40 hex digits, with -dirty if the checkout held more than that; or unknown
 * @param date of the commit, as 2026-01-31
 */
record BuildFacts(String commit, String date) {
  static BuildFacts load() {
    Properties facts = new Properties();
    try (InputStream in = BuildFacts.class.getResourceAsStream("build.properties")) {
      if (in != null) {
        facts.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BuildFacts(
        facts.getProperty("commit", "unknown"), facts.getProperty("date", "2026-01-01"));
  }
}
