package dev.acp.fault;

import dev.acp.value.Exit;

/**
 * Every kind of failure that acp can name. The id keys the "next step" in res/texts-en.properties
 * and res/texts-zh.properties ({@code fault.ID.next}); a test holds that both have it.
 */
public enum FaultCode {
  INTERNAL("internal", Exit.INTERNAL),
  USAGE("usage", Exit.USAGE),
  CLUSTER_FILE_INVALID("cluster-file-invalid", Exit.USAGE),
  SPEC_INVALID("spec-invalid", Exit.USAGE),
  BUNDLE_INVALID("bundle-invalid", Exit.USAGE),
  FILE_UNREADABLE("file-unreadable", Exit.USAGE),
  SECRET_KEY_UNUSABLE("secret-key-unusable", Exit.USAGE),
  IMAGE_UNKNOWN("image-unknown", Exit.VERIFICATION),
  NO_TRUSTED_KEYS("no-trusted-keys", Exit.VERIFICATION),
  SIGNATURE_BAD("signature-bad", Exit.VERIFICATION),
  SIGNATURE_MISSING("signature-missing", Exit.VERIFICATION),
  ARCHIVE_REFUSED("archive-refused", Exit.VERIFICATION),
  BUNDLE_DAMAGED("bundle-damaged", Exit.VERIFICATION),
  ACP_TOO_OLD("acp-too-old", Exit.USAGE),
  NODE_UNREACHABLE("node-unreachable", Exit.CHECKS),
  HOST_KEY_UNKNOWN("host-key-unknown", Exit.CHECKS),
  HOST_KEY_CHANGED("host-key-changed", Exit.CHECKS),
  LOGIN_REFUSED("login-refused", Exit.CHECKS),
  SUDO_REFUSED("sudo-refused", Exit.CHECKS),
  CHECKS_FAILED("checks-failed", Exit.CHECKS),
  CLUSTER_UNHEALTHY("cluster-unhealthy", Exit.CHECKS),
  COMMAND_FAILED("command-failed", Exit.STAGE),
  COMMAND_TIMEOUT("command-timeout", Exit.STAGE),
  GOAL_NOT_REACHED("goal-not-reached", Exit.STAGE),
  CHANGE_FAILED("change-failed", Exit.STAGE),
  REBOOT_NEEDED("reboot-needed", Exit.STAGE),
  CANNOT_TELL("cannot-tell", Exit.STAGE),
  CERTIFICATES_LEFT("certificates-left", Exit.STAGE),
  NODE_LOCKED("node-locked", Exit.STAGE),
  REGISTRY_FAILED("registry-failed", Exit.STAGE),
  CONNECTION_LOST("connection-lost", Exit.STAGE),
  TRANSFER_FAILED("transfer-failed", Exit.STAGE),
  SPACE_SHORT("space-short", Exit.REFUSED),
  FOREIGN_CLUSTER("foreign-cluster", Exit.REFUSED),
  NOT_INSTALLED("not-installed", Exit.REFUSED),
  NOT_ADOPTABLE("not-adoptable", Exit.REFUSED),
  INPUT_CHANGED("input-changed", Exit.REFUSED),
  NODE_REMOVED("node-removed", Exit.REFUSED),
  REMOVAL_UNFINISHED("removal-unfinished", Exit.REFUSED),
  WOULD_DESTROY("would-destroy", Exit.REFUSED),
  ANSWER_NO("answer-no", Exit.REFUSED),
  LOCKED("locked", Exit.REFUSED),
  BUNDLE_EXISTS("bundle-exists", Exit.REFUSED),
  OUT_OF_MEMORY("out-of-memory", Exit.INTERRUPTED),
  INTERRUPTED("interrupted", Exit.INTERRUPTED);

  private final String id;
  private final Exit exit;

  FaultCode(String id, Exit exit) {
    this.id = id;
    this.exit = exit;
  }

  public String id() {
    return id;
  }

  public Exit exit() {
    return exit;
  }

  /** The key of the next step's text. */
  public String nextKey() {
    return "fault." + id + ".next";
  }
}
