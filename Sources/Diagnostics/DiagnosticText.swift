/// The text form of findings, as a person reads it on a terminal.
public struct DiagnosticText: Sendable {
  /// Whether to colour severity, caret and help by ANSI escapes.
  public var isColoured: Bool

  /// Makes a writer of text.
  public init(isColoured: Bool = false) { self.isColoured = isColoured }

  /// One finding, with its excerpt and a final line end.
  public func render(_ diagnostic: Diagnostic) -> String {
    var text = ""
    let colour = Self.colour(diagnostic.severity)
    text += paint("\(diagnostic.severity.word)[\(diagnostic.code)]", colour)
    text += paint(": \(diagnostic.message)", "1") + "\n"
    var gutter = " "
    if let location = diagnostic.location {
      gutter = String(repeating: " ", count: String(location.line).count)
      text += "\(gutter) \(paint("-->", "34")) "
      text += "\(location.file):\(location.line):\(location.column)\n"
      text += excerpt(location, label: diagnostic.label, gutter: gutter, colour: colour)
    }
    if let record = diagnostic.record {
      text += note(gutter, "while working on \(record.description)")
    }
    for line in diagnostic.notes { text += note(gutter, line) }
    if let help = diagnostic.help { text += note(gutter, "\(paint("help", "32")): \(help)") }
    return text
  }

  /// Findings one after another, the heaviest last.
  public func render(_ diagnostics: [Diagnostic]) -> String {
    let ordered = diagnostics.enumerated().sorted {
      ($0.element.severity, $0.offset) < ($1.element.severity, $1.offset)
    }
    return ordered.map { render($0.element) }.joined(separator: "\n")
  }

  private func excerpt(
    _ location: SourceLocation, label: String?, gutter: String, colour: String
  ) -> String {
    guard let line = location.excerpt else { return "" }
    let (shown, column) = Self.window(line, column: location.column)
    let bar = paint("|", "34")
    let room = max(shown.unicodeScalars.count - column + 1, 1)
    let caret = String(repeating: "^", count: min(location.length, room))
    let pad = shown.unicodeScalars.prefix(column - 1).map { $0 == "\t" ? "\t" : " " }.joined()
    let words = label.map { " \($0)" } ?? ""
    return "\(gutter) \(bar)\n\(paint(String(location.line), "34")) \(bar) \(shown)\n"
      + "\(gutter) \(bar) \(pad)\(paint(caret + words, colour))\n"
  }

  /// A piece of a long line that holds the column, so that an excerpt fits a screen.
  private static func window(_ line: String, column: Int) -> (String, Int) {
    let scalars = Array(line.unicodeScalars)
    guard scalars.count > 110 else { return (line, column) }
    let start = max(0, min(column - 50, scalars.count - 100))
    let end = min(scalars.count, start + 100)
    var view = String.UnicodeScalarView()
    if start > 0 { view.append("…") }
    view.append(contentsOf: scalars[start..<end])
    if end < scalars.count { view.append("…") }
    return (String(view), column - start + (start > 0 ? 1 : 0))
  }

  private func note(_ gutter: String, _ text: String) -> String { "\(gutter) = \(text)\n" }

  private func paint(_ text: String, _ code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  private static func colour(_ severity: Severity) -> String {
    switch severity {
    case .info: "36"
    case .warning: "33"
    case .error: "31"
    }
  }
}
