/// Help for a command, read off the tree. Examples come first: they are what people look for.
public struct HelpText: Sendable {
  private let root: Command
  private let globals: [Option]
  private let isColoured: Bool

  /// Makes a writer of help.
  public init(root: Command, globals: [Option], isColoured: Bool = false) {
    self.root = root
    self.globals = globals
    self.isColoured = isColoured
  }

  /// The help of the command at `path`.
  public func render(_ command: Command, path: [String]) -> String {
    let words = ([root.name] + path).joined(separator: " ")
    var text = "\(words): \(command.summary)\n"
    if !command.examples.isEmpty {
      text += heading("Examples")
      let width = command.examples.map(\.line.count).max() ?? 0
      for example in command.examples {
        let pad = String(repeating: " ", count: width - example.line.count)
        text += "  \(example.line)\(pad)   \(example.meaning)\n"
      }
    }
    text += heading("Usage") + usage(command, words).map { "  \($0)\n" }.joined()
    if !command.discussion.isEmpty { text += "\n\(command.discussion)\n" }
    text += table("Commands", command.subcommands.filter(\.isListed).map { ($0.name, $0.summary) })
    text += table("Arguments", command.positionals.map { ($0.name, $0.summary) })
    text += table("Options", command.options.map(row))
    text += table("Everywhere", globals.map(row))
    if command.subcommands.contains(where: \.isListed) {
      text += "\nMore: \(words) COMMAND --help\n"
    }
    return text
  }

  /// One line for what the command does itself and one for the commands below it.
  private func usage(_ command: Command, _ words: String) -> [String] {
    let options = command.options.isEmpty ? [] : ["[OPTIONS]"]
    var lines: [String] = []
    let hasCommands = command.subcommands.contains(where: \.isListed)
    if !hasCommands || !command.positionals.isEmpty {
      lines.append(([words] + options + command.positionals.map(\.usage)).joined(separator: " "))
    }
    if hasCommands { lines.append("\(words) COMMAND [OPTIONS]") }
    return lines
  }

  private func row(_ option: Option) -> (String, String) {
    guard let choices = option.choices else { return (option.spelling, option.summary) }
    let short = "\(option.summary) (\(choices.joined(separator: ", ")))"
    if short.count <= 70 { return (option.spelling, short) }
    return (option.spelling, ([option.summary] + Self.lines(of: choices)).joined(separator: "\n"))
  }

  /// A list of words on as many lines as it needs.
  private static func lines(of words: [String]) -> [String] {
    var lines: [String] = []
    for word in words {
      if let last = lines.last, last.count + word.count < 60 {
        lines[lines.count - 1] = "\(last), \(word)"
      } else {
        lines.append(word)
      }
    }
    return lines
  }

  private func table(_ title: String, _ rows: [(String, String)]) -> String {
    guard !rows.isEmpty else { return "" }
    let width = min(rows.map(\.0.count).max() ?? 0, 30)
    return heading(title)
      + rows.map { name, summary in
        let gap =
          name.count > width
          ? "\n" + String(repeating: " ", count: width + 2)
          : String(repeating: " ", count: width - name.count)
        let margin = String(repeating: " ", count: width + 5)
        return "  \(name)\(gap)   \(summary.replacing("\n", with: "\n\(margin)"))\n"
      }.joined()
  }

  private func heading(_ title: String) -> String {
    isColoured ? "\n\u{1B}[1m\(title)\u{1B}[0m\n" : "\n\(title)\n"
  }
}
