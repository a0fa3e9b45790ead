/// One command of a tree: its words, what it takes, and what it does.
///
/// The tree is the only description there is: parsing, `--help`, completions and manual pages are
/// read off it, so they cannot disagree.
public struct Command: Sendable {
  /// Work of a command; its result is the process's exit code.
  public typealias Work = @Sendable (Invocation, Console) throws -> ExitCode

  /// The word that a person types.
  public var name: String
  /// One line, lower case at the start, without a final stop.
  public var summary: String
  /// Further paragraphs of help.
  public var discussion: String
  /// What to type, and what it does.
  public var examples: [Example]
  /// Options beside the global ones.
  public var options: [Option]
  /// What follows the options.
  public var positionals: [Positional]
  /// Whether help names it among its parent's commands.
  public var isListed: Bool
  /// Commands below this one.
  public var subcommands: [Command]
  /// What it does; nil where only its subcommands do something.
  public var work: Work?

  /// Describes a command.
  public init(
    _ name: String, _ summary: String, discussion: String = "", examples: [Example] = [],
    options: [Option] = [], positionals: [Positional] = [], subcommands: [Command] = [],
    isListed: Bool = true, work: Work? = nil
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.examples = examples
    self.options = options
    self.positionals = positionals
    self.subcommands = subcommands
    self.isListed = isListed
    self.work = work
  }
}

/// A line to type and its meaning, shown in help.
public struct Example: Sendable {
  /// What to type, without the prompt.
  public let line: String
  /// What it does.
  public let meaning: String

  /// Describes an example.
  public init(_ line: String, _ meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}

/// Something that begins with dashes.
public struct Option: Sendable {
  /// Long name without dashes.
  public let name: String
  /// One-letter name, if any.
  public let letter: Character?
  /// What stands for the value in help, or nil for a flag.
  public let placeholder: String?
  /// One line of help.
  public let summary: String
  /// Values that are allowed; nil for any.
  public let choices: [String]?
  /// Whether it may be given more than once.
  public let isRepeatable: Bool

  /// Describes an option that takes a value.
  public static func value(
    _ name: String, letter: Character? = nil, _ placeholder: String, _ summary: String,
    choices: [String]? = nil, isRepeatable: Bool = false
  ) -> Option {
    Option(
      name: name, letter: letter, placeholder: placeholder, summary: summary, choices: choices,
      isRepeatable: isRepeatable)
  }

  /// Describes an option that is there or not.
  public static func flag(_ name: String, letter: Character? = nil, _ summary: String) -> Option {
    Option(
      name: name, letter: letter, placeholder: nil, summary: summary, choices: nil,
      isRepeatable: false)
  }

  /// As a person types it: `-C, --project DIR`.
  public var spelling: String {
    let long = placeholder.map { "--\(name) \($0)" } ?? "--\(name)"
    return letter.map { "-\($0), \(long)" } ?? "    \(long)"
  }
}

/// An argument that stands by its place.
public struct Positional: Sendable {
  /// What stands for it in help, in capitals.
  public let name: String
  /// One line of help.
  public let summary: String
  /// Whether it must be given.
  public let isRequired: Bool
  /// Whether all further arguments are of this kind.
  public let isRepeatable: Bool
  /// Words that shells offer; what is allowed the command itself says.
  public let choices: [String]?

  /// Describes an argument.
  public init(
    _ name: String, _ summary: String, isRequired: Bool = true, isRepeatable: Bool = false,
    choices: [String]? = nil
  ) {
    self.choices = choices
    self.name = name
    self.summary = summary
    self.isRequired = isRequired
    self.isRepeatable = isRepeatable
  }

  /// As usage lines show it.
  public var usage: String {
    let shown = isRepeatable ? "\(name)…" : name
    return isRequired ? shown : "[\(shown)]"
  }
}
