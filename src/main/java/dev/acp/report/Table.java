package dev.acp.report;

import dev.acp.value.Columns;
import dev.acp.value.Printable;
import java.util.List;

/** Columns of text, as wide as their widest cell, two spaces apart. */
final class Table {
  private Table() {}

  /** The first row is the heading; every row has the same number of cells. */
  static String of(List<List<String>> raw) {
    List<List<String>> rows =
        raw.stream().map(row -> row.stream().map(Printable::line).toList()).toList();
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], Columns.of(row.get(i)));
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i));
        if (i < columns - 1) {
          line.append(" ".repeat(widths[i] - Columns.of(row.get(i)) + 2));
        }
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
