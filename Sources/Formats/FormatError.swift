public import Diagnostics

/// A text that is not what its format demands, and the place where that shows.
public struct FormatError: Error, Sendable, Hashable {
  /// The format that was read: `json`, `yaml`, `xml` or `gzip`.
  public let format: String
  /// The cause in one sentence, without a final stop.
  public let message: String
  /// Offset of the place in bytes, from 0.
  public let offset: Int
  /// Line, from 1; 0 where the format has no lines.
  public let line: Int
  /// Column in characters, from 1; 0 where the format has no lines.
  public let column: Int

  /// Makes an error from its parts.
  public init(format: String, message: String, offset: Int, line: Int = 0, column: Int = 0) {
    self.format = format
    self.message = message
    self.offset = offset
    self.line = line
    self.column = column
  }

  /// Makes an error whose line and column are counted in `text`. O(offset).
  public init(format: String, message: String, offset: Int, in text: UnsafeRawBufferPointer) {
    let place = SourceLocation(file: "", text: text, offset: offset)
    self.init(
      format: format, message: message, offset: offset, line: place.line, column: place.column)
  }

  /// The error as a finding in the file called `file`, with the line as excerpt where the text is
  /// given. The code is `format.<format>`.
  public func diagnostic(file: String, text: [UInt8]? = nil, help: String? = nil) -> Diagnostic {
    var location = SourceLocation(file: file, line: max(line, 1), column: max(column, 1))
    if let text {
      location = text.withUnsafeBytes { SourceLocation(file: file, text: $0, offset: offset) }
    }
    return Diagnostic("format.\(format)", .error, message, at: location, help: help)
  }
}

extension FormatError: CustomStringConvertible {
  /// `json, line 3, column 7: a comma or the end of the object is expected`.
  public var description: String {
    line > 0
      ? "\(format), line \(line), column \(column): \(message)"
      : "\(format), byte \(offset): \(message)"
  }
}
