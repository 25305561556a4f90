package dev.acp.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acp.value.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private final Masker masker = new Masker();
  private final Redaction redaction = new Redaction(masker);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password=SECRETSECRET",
        "DB_PASSWORD: SECRETSECRET rest",
        "{\"password\": \"SECRET SECRET\"}",
        "--token=SECRETSECRET",
        "api-key='SECRET SECRET'",
        "Authorization: Bearer SECRETSECRET",
        "https://user:SECRETSECRET@registry/x",
        "    client-key-data: SECRETSECRETSECRET==",
        "start failed: Env:[]EnvVar{EnvVar{Name:DB_PASSWORD,Value:SECRETSECRET, or,ValueFrom:nil,},}",
        "\"name\": \"DB_PASSWORD\",\n  \"value\": \"SECRETSECRET cut",
        "kubeadm token abcdef.secretsecret1234 used",
        "eyJhbGciOiJSUzI1NiIs.eyJpc3MiOiJSECRET.SECRET_sig",
        "-----BEGIN RSA PRIVATE KEY-----\nSECRETSECRETSECRET\nSECRET=\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nSECRETSECRETSECRET\nSECRETcut",
        "cut\nSECRETSECRETSECRETSECRET\nSECRETSECRETSECRET==\n-----END EC PRIVATE KEY-----"
      })
  void whatLooksLikeASecretIsHidden(String text) {
    assertThat(redaction.text(text)).doesNotContainIgnoringCase("secretsecret").contains("***");
    assertThat(redaction.text(text)).doesNotContain("SECRET_sig", "SECRETcut", "SECRET=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "I1121 kubelet started, node n1 is Ready",
        "image registry.acp.internal:11443/platform/etcd:3.4.23-0",
        "secretName: default-dns-abc",
        "sha256:48976665a982b680e974ed22ef07f9496fae09f51d43ea51cb53b9cb38feabd0",
        "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----"
      })
  void whatDoesNotStays(String text) {
    assertThat(redaction.text(text)).isEqualTo(text);
  }

  @Test
  void whatThisMachineKnowsIsHiddenAnywhere() {
    masker.hide(Secret.of("an-odd-word-nobody-would-guess"));
    assertThat(redaction.text("x an-odd-word-nobody-would-guess y")).isEqualTo("x *** y");
  }

  @Test
  void namesOfSecretsAreKnown() {
    assertThat(Redaction.secretName("DB_PASSWORD")).isTrue();
    assertThat(Redaction.secretName("AWS_SECRET_ACCESS_KEY")).isTrue();
    assertThat(Redaction.secretName("HTTP_PORT")).isFalse();
  }
}
