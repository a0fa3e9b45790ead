/// How much a finding matters.
public enum Severity: Int, Sendable, Comparable, CaseIterable {
  /// Worth knowing.
  case info
  /// Should be mended; the work goes on.
  case warning
  /// The result cannot be right.
  case error

  /// Orders by weight.
  public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }

  /// The word that a person reads.
  public var word: String {
    switch self {
    case .info: "info"
    case .warning: "warning"
    case .error: "error"
    }
  }
}

/// A place in a file that a person wrote.
public struct SourceLocation: Hashable, Sendable {
  /// Path as the person would type it, relative to the project.
  public var file: String
  /// Line, from 1.
  public var line: Int
  /// Column in characters, from 1.
  public var column: Int
  /// How many characters are meant; at least 1.
  public var length: Int
  /// The text of the line, without its end, or nil where it is not at hand.
  public var excerpt: String?

  /// Names a place.
  public init(file: String, line: Int, column: Int, length: Int = 1, excerpt: String? = nil) {
    self.file = file
    self.line = line
    self.column = column
    self.length = max(length, 1)
    self.excerpt = excerpt
  }

  /// The place of the byte range `offset ..< offset + length` of `text`. O(offset).
  public init(file: String, text: UnsafeRawBufferPointer, offset: Int, length: Int = 1) {
    let end = min(max(offset, 0), text.count)
    var line = 1
    var start = 0
    for index in 0..<end where text[index] == 10 {
      line += 1
      start = index + 1
    }
    var stop = end
    while stop < text.count, text[stop] != 10, text[stop] != 13 { stop += 1 }
    let before = String(decoding: text[start..<end], as: UTF8.self)
    let shownEnd = min(max(end + length, end), max(stop, end))
    let meant = String(decoding: text[end..<shownEnd], as: UTF8.self)
    self.init(
      file: file, line: line, column: before.unicodeScalars.count + 1,
      length: max(meant.unicodeScalars.count, 1),
      excerpt: String(decoding: text[start..<stop], as: UTF8.self))
  }
}

/// The record that was being worked on when something was found.
public struct RecordReference: Hashable, Sendable {
  /// Resource type, for example `product`.
  public var type: String
  /// Its id.
  public var id: String
  /// What a person calls it, for example its title.
  public var title: String?

  /// Names a record.
  public init(type: String, id: String, title: String? = nil) {
    self.type = type
    self.id = id
    self.title = title
  }

  /// `product 8812 "Carré 90"`.
  public var description: String {
    title.map { "\(type) \(id) \"\($0)\"" } ?? "\(type) \(id)"
  }
}

/// Something that is wrong with somebody's data, template or setting: a value, never thrown.
public struct Diagnostic: Sendable {
  /// Stable code, part of the public contract, for example `T104` or `feed.price-format`.
  public var code: String
  /// How much it matters.
  public var severity: Severity
  /// The cause in one sentence, without a final stop.
  public var message: String
  /// Where it is, if it is in a file.
  public var location: SourceLocation?
  /// What stands under the caret.
  public var label: String?
  /// The record concerned.
  public var record: RecordReference?
  /// Further facts, such as the chain of includes.
  public var notes: [String]
  /// What to do.
  public var help: String?

  /// Makes a finding.
  public init(
    _ code: String, _ severity: Severity = .error, _ message: String,
    at location: SourceLocation? = nil, label: String? = nil, record: RecordReference? = nil,
    notes: [String] = [], help: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.location = location
    self.label = label
    self.record = record
    self.notes = notes
    self.help = help
  }
}
