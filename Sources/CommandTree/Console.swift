public import Diagnostics
import Machine

/// Where a command speaks: data on standard output, everything else on standard error.
public struct Console: Sendable {
  /// Writes to one of the two streams.
  public typealias Writer = @Sendable (StandardStreamName, String) -> Void

  /// The two streams.
  public enum StandardStreamName: Sendable {
    /// Data.
    case output
    /// Everything else.
    case error
  }

  /// Whether data is one JSON document.
  public let isJSON: Bool
  /// Whether text is coloured.
  public let isColoured: Bool
  /// Whether only errors are told.
  public let isQuiet: Bool
  /// Whether nothing may be asked.
  public let isUnattended: Bool
  /// Columns of the terminal that progress is drawn on; nil where there is none.
  public let columns: Int?
  private let writer: Writer

  /// Makes a console; tests hand in a writer.
  public init(
    isJSON: Bool = false, isColoured: Bool = false, isQuiet: Bool = false,
    isUnattended: Bool = true, columns: Int? = nil, writer: @escaping Writer
  ) {
    self.isJSON = isJSON
    self.isColoured = isColoured
    self.isQuiet = isQuiet
    self.isUnattended = isUnattended
    self.columns = columns
    self.writer = writer
  }

  /// Makes the console of this process as the global options and the environment ask.
  public init(_ invocation: Invocation) {
    let term = Environment.value("TERM")
    let terminal = Environment.isTerminal(2) && term != "dumb"
    let coloured =
      switch invocation.value("color") {
      case "always": true
      case "never": false
      default:
        Environment.value("NO_COLOR") == nil
          && (Environment.value("FORCE_COLOR") != nil || (terminal && Environment.isTerminal(1)))
      }
    self.init(
      isJSON: invocation.flag("json"), isColoured: coloured, isQuiet: invocation.flag("quiet"),
      isUnattended: invocation.flag("no-input") || !Environment.isTerminal(0),
      columns: terminal ? Environment.terminalColumns(2) ?? 80 : nil
    ) { stream, text in
      (stream == .output ? StandardStream.output : .error).write(text)
    }
  }

  /// Tells data to a person: nothing where data is JSON.
  public func say(_ text: String) { if !isJSON { writer(.output, text + "\n") } }

  /// Tells a person what a command has done: nothing where only errors are told, or data is JSON. What
  /// was asked for itself, as a list or a file's path, is told by `say`.
  public func report(_ text: String) { if !isQuiet { say(text) } }

  /// Asks a person, on standard error, also where only errors are told.
  public func ask(_ text: String) { writer(.error, text + "\n") }

  /// Writes data as it is, also where data is JSON.
  public func data(_ text: String) { writer(.output, text) }

  /// Tells how things go, on standard error.
  public func note(_ text: String) { if !isQuiet { writer(.error, text + "\n") } }

  /// Tells what is wrong, on standard error.
  public func complain(_ text: String) { writer(.error, text + "\n") }

  /// Writes the one JSON document of a command, where JSON is asked for.
  public func json(_ document: @autoclosure () -> String) {
    if isJSON { writer(.output, document() + "\n") }
  }

  /// Shows findings, the heaviest last, of each code the first few and the number of the rest: a mistake
  /// that every record shares is one mistake. Where only errors are told, each of these in one line.
  ///
  /// - Parameters:
  ///   - limit: how many of one code are shown.
  ///   - whole: what names them all, as the end of a sentence.
  public func show(
    _ diagnostics: [Diagnostic], limit: Int = 10, whole: String = "--json names them all"
  ) {
    guard !diagnostics.isEmpty, !isJSON else { return }
    guard !isQuiet else {
      for finding in diagnostics where finding.severity == .error {
        let place = finding.location.map { "\($0.file):\($0.line): " } ?? ""
        complain("\(place)error[\(finding.code)]: \(finding.message)")
      }
      return
    }
    var counts: [String: Int] = [:]
    let shown = diagnostics.filter { finding in
      counts[finding.code, default: 0] += 1
      return counts[finding.code, default: 0] <= limit
    }
    writer(.error, DiagnosticText(isColoured: isColoured).render(shown))
    for (code, count) in counts.sorted(by: { $0.key < $1.key }) where count > limit {
      let rest = ProgressLine.grouped(count - limit)
      complain("… and \(rest) more with [\(code)]; \(whole)")
    }
  }

  /// Text in bold where there is colour.
  public func bold(_ text: String) -> String { paint(text, "1") }

  /// Text in green where there is colour.
  public func good(_ text: String) -> String { paint(text, "32") }

  /// Text in red where there is colour.
  public func bad(_ text: String) -> String { paint(text, "31") }

  /// Text in grey where there is colour.
  public func faint(_ text: String) -> String { paint(text, "2") }

  func paint(_ text: String, _ code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  func drawProgress(_ text: String) { if !isQuiet { writer(.error, text) } }
}
