public import Bytes

/// Comma-separated values (RFC 4180) as spreadsheet programs write and read them.
///
/// What is written: UTF-8 behind a byte order mark, because Excel takes a file without one for the
/// code page of the machine; CR LF; cells quoted where they must be. What is read: see `CSVReader`.
///
/// **Cells that a spreadsheet would run.** A spreadsheet takes a cell that begins with `=`, `+`, `-`
/// or `@` for a formula, in quotes or not. Such a text is written behind an apostrophe, and so is a
/// text of apostrophes and then one of these marks, so that reading takes exactly one away again.
public enum CSV {
  /// What a record may hold at most, in bytes: more is a quote that is not closed.
  public static let recordLimit = 16 << 20

  /// The byte order mark in UTF-8.
  public static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Whether a spreadsheet would run a text, or the text looks like one that was guarded.
  static func needsGuard(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first(where: { $0 != "'" }) else { return false }
    return isTrigger(first)
  }

  /// The text behind the apostrophe that guards it; the text itself where it has none.
  static func unguarded(_ text: String) -> String {
    text.utf8.first == UInt8(ascii: "'") && needsGuard(text) ? String(text.dropScalar()) : text
  }

  /// `=`, `+`, `-`, `@`, also in full width, and what some programs skip before them (OWASP, "CSV
  /// injection").
  private static func isTrigger(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "=", "+", "-", "@", "\t", "\r", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
    default: false
    }
  }
}

extension String {
  /// The text without its first scalar; the character that begins with it may go on.
  fileprivate func dropScalar() -> Substring.UnicodeScalarView { unicodeScalars.dropFirst() }
}

/// Builds a CSV text record by record.
///
/// ```swift
/// var csv = CSVWriter()
/// csv.record(["sku", "title"])
/// csv.record(["P-88-S", "=1+1"])
/// ```
public struct CSVWriter: ~Copyable {
  private var buffer: ByteBuffer
  private let separator: UInt8
  private var isFirstCell = true
  private var isBlankSoFar = true

  /// Starts a text.
  ///
  /// - Parameters:
  ///   - separator: `,`; `;` for spreadsheets of countries whose decimal mark is the comma.
  ///   - marksByteOrder: whether the text begins with a byte order mark.
  public init(
    separator: Unicode.Scalar = ",", marksByteOrder: Bool = true, capacity: Int = 65_536
  ) {
    buffer = ByteBuffer(capacity: capacity)
    self.separator = UInt8(ascii: separator)
    if marksByteOrder { buffer.append(CSV.byteOrderMark) }
  }

  /// Number of bytes that wait to be taken.
  public var count: Int { buffer.count }

  /// Writes the next cell of the record: text that a spreadsheet must not run.
  public mutating func cell(_ text: String) {
    separate(isEmpty: text.isEmpty)
    let isGuarded = CSV.needsGuard(text)
    guard isGuarded || needsQuotes(text) else { return buffer.append(text) }
    buffer.append(UInt8(ascii: "\""))
    if isGuarded { buffer.append(UInt8(ascii: "'")) }
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { buffer.append(byte) }
      buffer.append(byte)
    }
    buffer.append(UInt8(ascii: "\""))
  }

  /// Writes the next cell of the record: digits, sign and point that a spreadsheet may count with.
  public mutating func cell(number: String) {
    separate(isEmpty: number.isEmpty)
    buffer.append(number)
  }

  /// Ends the record. One of a single empty cell is written as `""`, or it would be no record.
  public mutating func endRecord() {
    if isBlankSoFar { buffer.append("\"\"") }
    buffer.append("\r\n")
    isFirstCell = true
    isBlankSoFar = true
  }

  /// Writes a whole record.
  public mutating func record(_ cells: [String]) {
    for text in cells { cell(text) }
    endRecord()
  }

  /// Hands out what was written so far and forgets it.
  public mutating func take<Failure: Error>(
    _ body: (borrowing ByteBuffer) throws(Failure) -> Void
  ) throws(Failure) {
    try body(buffer)
    buffer.removeAll()
  }

  private mutating func separate(isEmpty: Bool) {
    if !isFirstCell { buffer.append(separator) }
    if !isFirstCell || !isEmpty { isBlankSoFar = false }
    isFirstCell = false
  }

  /// All that could be a separator is quoted, so that who guesses it does not guess wrong.
  private func needsQuotes(_ text: String) -> Bool {
    if text.utf8.first == 0x20 || text.utf8.last == 0x20 { return true }
    if text.utf8.starts(with: CSV.byteOrderMark) || text.utf8.starts(with: "sep=".utf8) {
      return true
    }
    return text.utf8.contains { byte in
      switch byte {
      case 0x22, 0x2C, 0x3B, 0x09, 0x0A, 0x0D: true
      default: byte == separator
      }
    }
  }
}
