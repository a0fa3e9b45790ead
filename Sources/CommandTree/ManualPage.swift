/// Manual pages in roff with the macros of man(7), read off the tree.
public struct ManualPage: Sendable {
  private let root: Command
  private let globals: [Option]
  private let version: String
  private let date: String

  /// Prepares pages of a program.
  ///
  /// - Parameter date: the day of the version, `2026-11-26`: a page of one version is always the same.
  public init(root: Command, globals: [Option], version: String, date: String) {
    self.root = root
    self.globals = globals
    self.version = version
    self.date = date
  }

  /// Name of a command's page: `trumeau-mirror-stats`.
  public func name(of path: [String]) -> String { ([root.name] + path).joined(separator: "-") }

  /// The pages of a command and of all listed ones below it: names and texts.
  public func pages(below command: Command, path: [String]) -> [(name: String, text: String)] {
    PlacedCommand.all(below: command, path: path).map {
      (name(of: $0.path), text(of: $0.command, path: $0.path))
    }
  }

  /// The page of a command.
  public func text(of command: Command, path: [String]) -> String {
    let words = ([root.name] + path).joined(separator: " ")
    var text =
      ".TH \(Self.argument(name(of: path).uppercased())) 1 \(date) "
      + "\(Self.argument("\(root.name) \(version)")) \(Self.argument("\(root.name) manual"))\n"
    text += ".SH NAME\n\(Self.escaped(name(of: path))) \\- \(Self.escaped(command.summary))\n"
    text += ".SH SYNOPSIS\n\(synopsis(command, words))"
    if !command.discussion.isEmpty {
      text += ".SH DESCRIPTION\n\(Self.paragraphs(command.discussion))"
    }
    text += list(
      "COMMANDS",
      command.subcommands.filter(\.isListed).map {
        ("\\fB\(Self.escaped($0.name))\\fR", $0.summary)
      })
    text += list(
      "ARGUMENTS", command.positionals.map { ("\\fI\(Self.escaped($0.name))\\fR", $0.summary) })
    text += list("OPTIONS", command.options.map(row))
    text += list("OPTIONS OF EVERY COMMAND", globals.map(row))
    text += examples(command)
    text += list("EXIT STATUS", ExitCode.allCases.map { ("\\fB\($0.rawValue)\\fR", $0.meaning) })
    return text + seeAlso(command, path)
  }

  private func synopsis(_ command: Command, _ words: String) -> String {
    let name = "\\fB\(Self.escaped(words))\\fR"
    let options = command.options.isEmpty ? "" : " [\\fIOPTIONS\\fR]"
    var lines: [String] = []
    let hasCommands = command.subcommands.contains(where: \.isListed)
    if !hasCommands || !command.positionals.isEmpty {
      let arguments = command.positionals.map { positional in
        let shown =
          "\\fI\(Self.escaped(positional.name))\\fR\(positional.isRepeatable ? " ..." : "")"
        return positional.isRequired ? shown : "[\(shown)]"
      }
      lines.append(([name + options] + arguments).joined(separator: " "))
    }
    if hasCommands { lines.append("\(name) \\fICOMMAND\\fR [\\fIOPTIONS\\fR]") }
    return lines.joined(separator: "\n.br\n") + "\n"
  }

  private func row(_ option: Option) -> (String, String) {
    let value = option.placeholder.map { "\\fI\(Self.escaped($0))\\fR" }
    var head = "\\fB\\-\\-\(Self.escaped(option.name))\\fR\(value.map { " \($0)" } ?? "")"
    if let letter = option.letter { head = "\\fB\\-\(letter)\\fR, \(head)" }
    var summary = option.summary
    if let choices = option.choices { summary += ": \(choices.joined(separator: ", "))" }
    if option.isRepeatable, !summary.contains("repeated") { summary += "; may be repeated" }
    return (head, summary)
  }

  private func list(_ title: String, _ rows: [(String, String)]) -> String {
    guard !rows.isEmpty else { return "" }
    return ".SH \(title)\n"
      + rows.map { ".TP\n\($0)\n\(Self.escaped(Self.sentence($1)))\n" }.joined()
  }

  private func examples(_ command: Command) -> String {
    guard !command.examples.isEmpty else { return "" }
    return ".SH EXAMPLES\n"
      + command.examples.enumerated().map { index, example in
        // A section begins with a paragraph by itself.
        "\(index == 0 ? "" : ".PP\n")\(Self.escaped(Self.sentence(example.meaning)))\n.PP\n.RS 4\n.nf\n"
          + "\(Self.escaped(example.line))\n.fi\n.RE\n"
      }.joined()
  }

  private func seeAlso(_ command: Command, _ path: [String]) -> String {
    var names: [String] = []
    if !path.isEmpty { names.append(name(of: Array(path.dropLast()))) }
    names += command.subcommands.filter(\.isListed).map { name(of: path + [$0.name]) }
    guard !names.isEmpty else { return "" }
    let links = names.map { "\\fB\(Self.escaped($0))\\fR(1)" }
    return ".SH SEE ALSO\n\(links.joined(separator: ",\n"))\n"
  }

  // MARK: Text

  private static func paragraphs(_ text: String) -> String {
    text.replacing("\n\n", with: "\u{1}").split(separator: "\u{1}")
      .map { "\(escaped(String($0)))\n" }.joined(separator: ".PP\n")
  }

  /// With a capital in front, where it is no option or code.
  private static func sentence(_ text: String) -> String {
    guard let first = text.first, first.isLowercase else { return text }
    return first.uppercased() + text.dropFirst()
  }

  /// Text that roff prints as it is: hyphens as one types them, no line that looks like a request, and
  /// everything beyond ASCII by its number, so that no encoding has to be known.
  static func escaped(_ text: String) -> String {
    var result = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if !result.isEmpty { result += "\n" }
      if line.first == "." || line.first == "'" { result += "\\&" }
      for scalar in line.unicodeScalars {
        switch scalar {
        case "\\": result += "\\e"
        case "-": result += "\\-"
        case "'": result += "\\(aq"
        case "`": result += "\\(ga"
        case "^": result += "\\(ha"
        case "~": result += "\\(ti"
        case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
        default:
          let hex = String(scalar.value, radix: 16, uppercase: true)
          result += "\\[u\(String(repeating: "0", count: max(0, 4 - hex.count)))\(hex)]"
        }
      }
    }
    return result
  }

  private static func argument(_ text: String) -> String { "\"\(escaped(text))\"" }
}
