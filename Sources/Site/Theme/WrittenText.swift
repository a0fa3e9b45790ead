import Diagnostics

/// A text that a person wrote, for a theme or as content: UTF-8.
enum WrittenText {
  /// The bytes of a file without the mark that some editors put before UTF-8. Where they are something
  /// else, that is a finding in `sink`: a browser would show it as damaged.
  static func checked(_ bytes: [UInt8], file: String, sink: DiagnosticSink) -> [UInt8] {
    let text = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
    if let offset = firstFault(in: text) {
      let place = text.withUnsafeBytes { SourceLocation(file: file, text: $0, offset: offset) }
      sink.report(
        Diagnostic(
          "text.encoding", .error, "\(file) is not UTF-8", at: place,
          help: "save it as UTF-8 in your editor"))
    }
    return text
  }

  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  private static func firstFault(in text: [UInt8]) -> Int? {
    if String(validating: text, as: UTF8.self) != nil { return nil }
    var parser = Unicode.UTF8.ForwardParser()
    var bytes = text.makeIterator()
    var offset = 0
    while case .valid(let scalar) = parser.parseScalar(from: &bytes) { offset += scalar.count }
    return offset
  }
}
