public import Bytes
public import Diagnostics
import Formats

/// A JSON text of a theme that can say where each of its values stands: a group of sections, the
/// settings, or what stands in a template's `schema` tag.
public struct ThemeJSON: Sendable {
  /// A step from a value to one inside it.
  enum Step: Hashable {
    /// The member of an object.
    case key(String)
    /// The element of an array.
    case index(Int)

    /// The member's name, or the element's number.
    var name: String {
      switch self {
      case .key(let name): name
      case .index(let number): "\(number)"
      }
    }
  }

  /// What the text says.
  public let value: TapeValue
  private let file: String
  private let text: [UInt8]
  private let firstLine: Int
  private let firstColumn: Int
  private let firstExcerpt: String?

  /// Reads a text. One that is no JSON is a finding in `sink`, and nil.
  ///
  /// A text inside of another file begins at `line` and `column` there, in the line `excerpt`.
  public init?(
    _ text: [UInt8], file: String, line: Int = 1, column: Int = 1, excerpt: String? = nil,
    sink: DiagnosticSink
  ) {
    self.text = Self.withoutHeadComment(text)
    self.file = file
    firstLine = line
    firstColumn = column
    firstExcerpt = excerpt
    do throws(FormatError) {
      value = try JSON.parse(self.text).value
    } catch {
      // The parts are set, so that the place can be told.
      value = Tape.null.value
      sink.report(
        Diagnostic("theme.json", .error, error.message, at: location(atByte: error.offset)))
      return nil
    }
  }

  /// Theme editors write a comment before settings; it is not JSON, and says nothing.
  private static func withoutHeadComment(_ text: [UInt8]) -> [UInt8] {
    guard let start = text.firstIndex(where: { $0 > 32 }), text[start...].starts(with: [47, 42])
    else { return text }
    var result = text
    var index = start
    while index + 1 < result.count,
      !(result[index] == 42 && result[index + 1] == 47 && index > start + 1)
    {
      if result[index] != 10 { result[index] = 32 }
      index += 1
    }
    for last in index..<min(index + 2, result.count) { result[last] = 32 }
    return result
  }

  /// Where a value stands, or its name where `isKey`.
  func location(of path: [Step], isKey: Bool = false) -> SourceLocation {
    let place = text.withUnsafeBytes {
      JSON.place(of: path.map(\.name), isKey ? .name : .value, in: $0)
    }
    return location(atByte: place.lowerBound)
  }

  private func location(atByte offset: Int) -> SourceLocation {
    var place = text.withUnsafeBytes {
      SourceLocation(file: file, text: $0, offset: offset, length: max(1, tokenLength(offset)))
    }
    if place.line == 1 { place.column += firstColumn - 1 }
    // A line that the text begins in has more before it.
    if place.line == 1, firstColumn > 1 { place.excerpt = firstExcerpt }
    place.line += firstLine - 1
    return place
  }

  /// How much of the line a name, text or number takes.
  private func tokenLength(_ start: Int) -> Int {
    guard start < text.count else { return 1 }
    var end = start + 1
    if text[start] == UInt8(ascii: "\"") {
      while end < text.count, text[end] != UInt8(ascii: "\""), text[end] != 10 { end += 1 }
      return end + 1 - start
    }
    while end < text.count, !" \t\r\n,:]}".utf8.contains(text[end]) { end += 1 }
    return end - start
  }
}
