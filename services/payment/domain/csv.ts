/** Rows as CSV (RFC 4180), for spreadsheets. */
export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

/** A cell that a spreadsheet reads as text and never runs: a name may begin like a formula. */
function cell(value: string): string {
  const safe = /^[=+@\t\r]/.test(value) || (value.startsWith('-') && !/^-[\d.]+$/.test(value)) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
