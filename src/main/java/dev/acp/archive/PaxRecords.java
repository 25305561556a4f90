package dev.acp.archive;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The records of a pax extended header (POSIX.1-2017, pax, "pax Extended Header"). */
record PaxRecords(Optional<String> path, OptionalLong size) {
  static final PaxRecords NONE = new PaxRecords(Optional.empty(), OptionalLong.empty());
  private static final Set<String> HARMLESS =
      Set.of("mtime", "atime", "ctime", "uid", "gid", "uname", "gname", "comment");

  static PaxRecords parse(byte[] data) {
    PaxRecords all = NONE;
    int at = 0;
    while (at < data.length) {
      int space = at;
      long length = 0;
      while (space < data.length && data[space] >= '0' && data[space] <= '9' && space - at < 7) {
        length = length * 10 + (data[space] - '0');
        space++;
      }
      long end = at + length;
      if (space == at
          || space >= data.length
          || data[space] != ' '
          || end > data.length
          || end <= space + 1
          || data[(int) end - 1] != '\n') {
        throw Refused.because("a pax header is malformed");
      }
      all = all.with(Arrays.copyOfRange(data, space + 1, (int) end - 1));
      at = (int) end;
    }
    return all;
  }

  private PaxRecords with(byte[] record) {
    int equals = 0;
    while (equals < record.length && record[equals] != '=') {
      equals++;
    }
    if (equals == record.length) {
      throw Refused.because("a pax header is malformed");
    }
    String key = new String(record, 0, equals, StandardCharsets.ISO_8859_1);
    byte[] value = Arrays.copyOfRange(record, equals + 1, record.length);
    if (key.equals("path") && path.isEmpty()) {
      return new PaxRecords(Optional.of(EntryName.decode(value)), size);
    }
    if (key.equals("size") && size.isEmpty()) {
      String digits = new String(value, StandardCharsets.ISO_8859_1);
      if (!digits.matches("\\d{1,18}")) {
        throw Refused.because("a pax header has a size that is no number");
      }
      return new PaxRecords(path, OptionalLong.of(Long.parseLong(digits)));
    }
    if (!HARMLESS.contains(key)) {
      throw Refused.because("a pax header has the record " + Refused.shown(key));
    }
    return this;
  }
}
