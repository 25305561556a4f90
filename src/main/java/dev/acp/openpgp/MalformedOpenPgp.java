package dev.acp.openpgp;

/** A file is not the OpenPGP that it should be; the message continues the sentence "F ...". */
final class MalformedOpenPgp extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedOpenPgp(String message) {
    super(message);
  }
}
