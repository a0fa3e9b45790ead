import Diagnostics

/// Reads words by a tree of commands.
public struct Parser: Sendable {
  /// What the words ask for.
  public enum Request: Sendable {
    /// Run a command.
    case run(Command, Invocation)
    /// Show a command's help.
    case help(Command, path: [String])
  }

  private let root: Command
  private let globals: [Option]

  /// Makes a parser for a tree; `globals` may stand with every command.
  public init(root: Command, globals: [Option]) {
    self.root = root
    self.globals = globals
  }

  /// Reads the words after the program's name.
  ///
  /// Options may stand anywhere, as `--name value`, `--name=value`, `-n value` or `-nvalue`;
  /// `--` ends them; a lone `-` is an argument. Throws `UsageError`.
  public func parse(_ words: [String]) throws(UsageError) -> Request {
    var command = root
    var path: [String] = []
    var given: [String: [String]] = [:]
    var arguments: [String] = []
    var wantsHelp = false
    var rest = words[...]
    var optionsEnded = false
    while let word = rest.popFirst() {
      if !optionsEnded, word == "--" {
        optionsEnded = true
      } else if !optionsEnded, word == "--help" || word == "-h" {
        wantsHelp = true
      } else if !optionsEnded, word.hasPrefix("-"), word != "-" {
        try take(word, &rest, command, path, &given)
      } else if arguments.isEmpty,
        let next = command.subcommands.first(where: { $0.name == word })
      {
        command = next
        path.append(word)
      } else if path.isEmpty, arguments.isEmpty, word == "help" {
        return try help(for: rest.filter { !$0.hasPrefix("-") })
      } else if arguments.isEmpty, !command.subcommands.isEmpty, command.positionals.isEmpty {
        throw unknownCommand(word, command, path)
      } else {
        arguments.append(word)
      }
    }
    if wantsHelp || command.work == nil && words.isEmpty { return .help(command, path: path) }
    guard command.work != nil else {
      if given["version"] != nil {
        return .run(command, Invocation(path: path, arguments: [], given: given))
      }
      throw UsageError("`\(spell(path))` needs a command", path: path)
    }
    try check(arguments, command, path)
    return .run(command, Invocation(path: path, arguments: arguments, given: given))
  }

  private func help(for path: [String]) throws(UsageError) -> Request {
    var command = root
    for (depth, word) in path.enumerated() {
      guard let next = command.subcommands.first(where: { $0.name == word }) else {
        throw unknownCommand(word, command, Array(path[..<depth]))
      }
      command = next
    }
    return .help(command, path: path)
  }

  private func take(
    _ word: String, _ rest: inout ArraySlice<String>, _ command: Command, _ path: [String],
    _ given: inout [String: [String]]
  ) throws(UsageError) {
    let known = command.options + globals
    var value: String?
    let option: Option?
    if word.hasPrefix("--") {
      let parts = word.dropFirst(2).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      value = parts.count > 1 ? String(parts[1]) : nil
      option = known.first { $0.name == parts[0] }
    } else {
      let letters = word.dropFirst()
      option = known.first { $0.letter == letters.first }
      if letters.count > 1 { value = String(letters.dropFirst()) }
    }
    guard let option else { throw unknownOption(word, known, path) }
    guard option.placeholder != nil else {
      if value != nil { throw UsageError("--\(option.name) takes no value", path: path) }
      given[option.name] = [""]
      return
    }
    guard let found = value ?? rest.popFirst() else {
      throw UsageError("--\(option.name) needs a value", path: path)
    }
    if let choices = option.choices, !choices.contains(found) {
      let hint = Suggestion.nearest(to: found, among: choices).map { "did you mean `\($0)`?" }
      throw UsageError(
        "--\(option.name) takes \(choices.joined(separator: ", ")), not \"\(found)\"",
        help: hint, path: path)
    }
    if given[option.name] != nil, !option.isRepeatable {
      throw UsageError("--\(option.name) is given twice", path: path)
    }
    given[option.name, default: []].append(found)
  }

  private func check(_ arguments: [String], _ command: Command, _ path: [String])
    throws(UsageError)
  {
    let required = command.positionals.filter(\.isRequired)
    if arguments.count < required.count {
      throw UsageError("\(required[arguments.count].name) is missing", path: path)
    }
    if arguments.count > command.positionals.count,
      !(command.positionals.last?.isRepeatable ?? false)
    {
      throw UsageError(
        "unexpected argument \"\(arguments[command.positionals.count])\"", path: path)
    }
  }

  private func spell(_ path: [String]) -> String { ([root.name] + path).joined(separator: " ") }

  private func unknownCommand(_ word: String, _ command: Command, _ path: [String]) -> UsageError {
    let near = Suggestion.nearest(to: word, among: command.subcommands.map(\.name))
    return UsageError(
      "`\(spell(path))` has no command \"\(word)\"",
      help: near.map { "did you mean `\(spell(path + [$0]))`?" }, path: path)
  }

  private func unknownOption(_ word: String, _ known: [Option], _ path: [String]) -> UsageError {
    let name = word.drop { $0 == "-" }.prefix { $0 != "=" }
    let near = Suggestion.nearest(to: String(name), among: known.map(\.name))
    return UsageError(
      "unknown option \"\(word)\"", help: near.map { "did you mean `--\($0)`?" }, path: path)
  }
}
