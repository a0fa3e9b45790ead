import Bytes

/// One cell of a record.
public struct CSVCell: Sendable, Hashable {
  /// The text, without quotes and without the apostrophe that guards a formula.
  public let text: String
  /// Line on which the cell begins, from 1.
  public let line: Int
  /// Column in characters at which it begins, from 1.
  public let column: Int
}

/// One record: a line, or several where a quoted cell holds line ends.
public struct CSVRecord: Sendable, Hashable {
  /// Its cells, at least one.
  public let cells: [CSVCell]

  /// Line on which it begins, from 1.
  public var line: Int { cells.first?.line ?? 1 }

  /// The texts of its cells.
  public var texts: [String] { cells.map(\.text) }
}

/// Reads CSV piece by piece, as programs really write it, in memory bounded by the longest record.
///
/// - Encoding: UTF-8 with or without a byte order mark; UTF-16 with one (Excel's "Unicode text").
/// - Separator: `,`, `;` or tab, whichever the first record has most of outside quotes; a first line
///   `sep=;`, as Excel writes it, says it outright and is no record.
/// - Lines end in CR LF, LF or CR; empty lines are passed over.
///
/// Made and used on one thread. What it throws is a `FormatError` with line and column, or what
/// the body throws; after that it takes nothing more.
public final class CSVReader {
  /// The separator found; nil before the first record is complete.
  public private(set) var separator: Character?

  private var decoder = TextDecoder()
  private var head: [UInt8] = []
  private var machine: CSVMachine?

  /// Makes a reader. With a separator nothing is guessed.
  public init(separator: Character? = nil) {
    if let ascii = separator?.asciiValue {
      self.separator = separator
      machine = CSVMachine(separator: ascii, line: 1)
    }
  }

  /// Takes the next piece and calls `body` for every record that it ends.
  public func feed(_ bytes: UnsafeRawBufferPointer, _ body: (CSVRecord) throws -> Void) throws {
    let text = try decoder.decode(bytes)
    try take(text, body)
  }

  /// Says that nothing follows.
  public func finish(_ body: (CSVRecord) throws -> Void) throws {
    try take(try decoder.finish(), body)
    if machine == nil { try decide(body) }
    try machine?.finish(body)
  }

  /// Reads a text that is in memory.
  public static func records(in bytes: [UInt8], separator: Character? = nil) throws -> [CSVRecord] {
    let reader = CSVReader(separator: separator)
    var records: [CSVRecord] = []
    try bytes.withUnsafeBytes { try reader.feed($0) { records.append($0) } }
    try reader.finish { records.append($0) }
    return records
  }

  private func take(_ text: [UInt8], _ body: (CSVRecord) throws -> Void) throws {
    if machine != nil {
      try machine?.feed(text, body)
      return
    }
    head += text
    if Self.hasWholeRecord(head) || head.count > CSV.recordLimit { try decide(body) }
  }

  /// Chooses the separator and reads what was held back for that.
  private func decide(_ body: (CSVRecord) throws -> Void) throws {
    var start = 0
    var line = 1
    var found = Self.mostFrequentSeparator(head)
    if let (byte, end) = Self.declaredSeparator(head) {
      found = byte
      start = end
      line = 2
    }
    separator = Character(Unicode.Scalar(found))
    machine = CSVMachine(separator: found, line: line)
    let text = Array(head[start...])
    head = []
    try machine?.feed(text, body)
  }

  /// Whether a line ends outside of quotes and something follows that end. (A CR alone may be the
  /// first half of a line end.)
  private static func hasWholeRecord(_ text: [UInt8]) -> Bool {
    var isQuoted = false
    var hasContent = false
    for (index, byte) in text.enumerated() {
      switch byte {
      case 0x22: isQuoted.toggle()
      case 0x0A, 0x0D:
        if !isQuoted, hasContent, index + 2 < text.count { return true }
        continue
      default: break
      }
      hasContent = true
    }
    return false
  }

  private static func mostFrequentSeparator(_ text: [UInt8]) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    var hasContent = false
    for byte in text {
      switch byte {
      case 0x22: isQuoted.toggle()
      case 0x2C, 0x3B, 0x09: if !isQuoted { counts[byte, default: 0] += 1 }
      case 0x0A, 0x0D:
        if isQuoted { continue }
        if hasContent { return best(counts) }
        continue
      default: break
      }
      hasContent = true
    }
    return best(counts)
  }

  private static func best(_ counts: [UInt8: Int]) -> UInt8 {
    var best: UInt8 = 0x2C
    for candidate: UInt8 in [0x3B, 0x09] where counts[candidate, default: 0] > counts[best] ?? 0 {
      best = candidate
    }
    return best
  }

  /// Excel's `sep=;` as the first line: the separator, and where the text goes on.
  private static func declaredSeparator(_ text: [UInt8]) -> (UInt8, Int)? {
    guard text.count >= 5, text.starts(with: "sep=".utf8) else { return nil }
    let byte = text[4]
    guard byte == 0x2C || byte == 0x3B || byte == 0x09 else { return nil }
    var end = 5
    guard end == text.count || text[end] == 0x0D || text[end] == 0x0A else { return nil }
    if end < text.count, text[end] == 0x0D { end += 1 }
    if end < text.count, text[end] == 0x0A { end += 1 }
    return (byte, end)
  }
}

/// Cuts UTF-8 text into records.
struct CSVMachine {
  private enum State {
    case cellStart
    case plain
    case quoted
    case quoteInQuoted
  }

  private let separator: UInt8
  private var state = State.cellStart
  private var cell: [UInt8] = []
  private var cells: [CSVCell] = []
  private var wasQuoted = false
  private var size = 0
  private var isAfterReturn = false
  private var line: Int
  private var column = 1
  private var cellLine: Int
  private var cellColumn = 1
  private var offset = 0

  init(separator: UInt8, line: Int) {
    self.separator = separator
    self.line = line
    cellLine = line
  }

  mutating func feed(_ bytes: [UInt8], _ body: (CSVRecord) throws -> Void) throws {
    for byte in bytes {
      defer { offset += 1 }
      // The second half of CR LF outside of quotes.
      if isAfterReturn {
        isAfterReturn = false
        if byte == 0x0A { continue }
      }
      try take(byte, body)
      advance(byte)
    }
  }

  mutating func finish(_ body: (CSVRecord) throws -> Void) throws {
    if state == .quoted {
      throw FormatError(
        format: "csv",
        message: "the quoted cell that begins here is never closed; end it with a quote",
        offset: offset, line: cellLine, column: cellColumn)
    }
    if state != .cellStart || !cells.isEmpty { try endRecord(body) }
  }

  private mutating func take(_ byte: UInt8, _ body: (CSVRecord) throws -> Void) throws {
    guard byte != 0 else {
      throw fault("there is a NUL character; the file is damaged or no text")
    }
    switch (state, byte) {
    case (.quoted, 0x22): state = .quoteInQuoted
    case (.quoted, _): try append(byte)
    case (.quoteInQuoted, 0x22):
      state = .quoted
      try append(byte)
    case (_, separator): endCell()
    case (_, 0x0A): try endRecord(body)
    case (_, 0x0D):
      isAfterReturn = true
      try endRecord(body)
    case (.quoteInQuoted, 0x20): break  // blanks behind a closing quote, which some programs write
    case (.quoteInQuoted, _):
      throw fault("text follows a closing quote; write a quote inside of a cell twice")
    case (.cellStart, 0x22):
      state = .quoted
      wasQuoted = true
    default:
      state = .plain
      try append(byte)
    }
  }

  private mutating func append(_ byte: UInt8) throws {
    cell.append(byte)
    size += 1
    if size > CSV.recordLimit {
      throw FormatError(
        format: "csv",
        message: "the record is longer than \(CSV.recordLimit >> 20) MB; a quote is probably not "
          + "closed", offset: offset, line: cells.first?.line ?? cellLine,
        column: cells.first?.column ?? cellColumn)
    }
  }

  /// Moves the place on; a line ends in LF, or in CR with or without LF.
  private mutating func advance(_ byte: UInt8) {
    if byte == 0x0A || (byte == 0x0D && state != .quoted) {
      line += 1
      column = 1
    } else if byte & 0xC0 != 0x80 {
      column += 1
    }
    if state == .cellStart, cell.isEmpty {
      cellLine = line
      cellColumn = column
    }
  }

  private mutating func endCell() {
    let text = String(decoding: cell, as: UTF8.self)
    cells.append(CSVCell(text: CSV.unguarded(text), line: cellLine, column: cellColumn))
    cell.removeAll(keepingCapacity: true)
    state = .cellStart
  }

  private mutating func endRecord(_ body: (CSVRecord) throws -> Void) throws {
    let isBlank = cells.isEmpty && cell.isEmpty && !wasQuoted
    endCell()
    let record = CSVRecord(cells: cells)
    cells.removeAll(keepingCapacity: true)
    wasQuoted = false
    size = 0
    if !isBlank { try body(record) }
  }

  private func fault(_ message: String) -> FormatError {
    FormatError(format: "csv", message: message, offset: offset, line: line, column: column)
  }
}

/// Turns UTF-8 or UTF-16 into checked UTF-8 without a byte order mark, piece by piece.
struct TextDecoder {
  private enum Encoding {
    case unknown
    case utf8
    case utf16(isBigEndian: Bool)
  }

  private var encoding = Encoding.unknown
  private var rest: [UInt8] = []
  private var line = 1
  private var column = 1

  mutating func decode(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> [UInt8] {
    rest.append(contentsOf: bytes)
    if case .unknown = encoding, !detect(isLast: false) { return [] }
    return try convert(isLast: false)
  }

  mutating func finish() throws(FormatError) -> [UInt8] {
    if case .unknown = encoding { _ = detect(isLast: true) }
    return try convert(isLast: true)
  }

  private mutating func detect(isLast: Bool) -> Bool {
    if rest.count < 3, !isLast { return false }
    if rest.starts(with: CSV.byteOrderMark) {
      encoding = .utf8
      rest.removeFirst(3)
    } else if rest.starts(with: [0xFF, 0xFE]) {
      encoding = .utf16(isBigEndian: false)
      rest.removeFirst(2)
    } else if rest.starts(with: [0xFE, 0xFF]) {
      encoding = .utf16(isBigEndian: true)
      rest.removeFirst(2)
    } else {
      encoding = .utf8
    }
    return true
  }

  private mutating func convert(isLast: Bool) throws(FormatError) -> [UInt8] {
    switch encoding {
    case .unknown: return []
    case .utf8: return try checked(isLast: isLast)
    case .utf16(let isBigEndian): return try fromUTF16(isBigEndian, isLast: isLast)
    }
  }

  private mutating func checked(isLast: Bool) throws(FormatError) -> [UInt8] {
    let all = rest
    let end = all.withUnsafeBytes { raw in
      var position = 0
      while position < raw.count, let base = raw.baseAddress {
        let length = UTF8Sequence.length(base + position, available: raw.count - position)
        if length == 0 { break }
        count(raw[position])
        position += length
      }
      return position
    }
    // A sequence that the end of the piece cuts is at most 3 bytes long.
    guard end == all.count || (!isLast && all.count - end < 4) else {
      throw fault(
        "the text is not UTF-8; save it as \"CSV UTF-8\", in LibreOffice with the character set "
          + "\"Unicode (UTF-8)\"")
    }
    rest.removeFirst(end)
    return Array(all[..<end])
  }

  private mutating func fromUTF16(_ isBigEndian: Bool, isLast: Bool) throws(FormatError) -> [UInt8]
  {
    var text = ByteBuffer(capacity: rest.count + 16)
    var position = 0
    func unit(_ index: Int) -> UInt32 {
      let (first, second) = (UInt32(rest[index]), UInt32(rest[index + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    while position + 1 < rest.count {
      var scalar = unit(position)
      var length = 2
      if scalar & 0xFC00 == 0xD800 {
        guard position + 3 < rest.count else { break }
        let low = unit(position + 2)
        guard low & 0xFC00 == 0xDC00 else { throw fault("the text is not UTF-16") }
        scalar = 0x10000 + (scalar & 0x3FF) << 10 + low & 0x3FF
        length = 4
      } else if scalar & 0xFC00 == 0xDC00 {
        throw fault("the text is not UTF-16")
      }
      UTF8Sequence.append(scalar, to: &text)
      count(scalar < 0x80 ? UInt8(scalar) : 0xC3)
      position += length
    }
    rest.removeFirst(position)
    if isLast, !rest.isEmpty { throw fault("the text is not UTF-16: it ends within a character") }
    return text.withBytes { Array($0) }
  }

  private mutating func count(_ first: UInt8) {
    if first == 0x0A {
      line += 1
      column = 1
    } else {
      column += 1
    }
  }

  private func fault(_ message: String) -> FormatError {
    FormatError(format: "csv", message: message, offset: 0, line: line, column: column)
  }
}
