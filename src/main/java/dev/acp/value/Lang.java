package dev.acp.value;

import java.util.Locale;

/** The language of titles, remedies and next steps. */
public enum Lang {
  EN,
  ZH;

  /** From a locale's name as LANG has it: zh_CN.UTF-8 is Chinese, everything else English. */
  public static Lang ofLocale(String locale) {
    return locale.toLowerCase(Locale.ROOT).startsWith("zh") ? ZH : EN;
  }

  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
