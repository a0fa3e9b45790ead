/// What may stand in a place of a command line, as far as a shell can help with it.
public enum ValueKind: Hashable, Sendable {
  /// Anything.
  case any
  /// A file.
  case file
  /// A folder.
  case folder
  /// One of these words.
  case choice([String])
  /// A name that only the project knows: `storefront`, `tier`, `sku` …
  case name(String)

  /// What stands for values in help, and what they are.
  private static let byPlaceholder: [String: ValueKind] = [
    "FILE": .file, "TEMPLATE": .file, "CHANNEL|FILE": .file, "DIR": .folder, "FOLDER": .folder,
    "STOREFRONT": .name("storefront"), "TIER": .name("tier"), "MARKET": .name("market"),
    "LOCALE": .name("locale"), "LANGUAGE": .name("locale"), "CHANNEL": .name("channel"),
    "CODE": .name("code"), "SKU": .name("sku"), "PRODUCT": .name("product"),
    "RECORD": .name("record"), "N|RECORD": .name("record"),
  ]

  /// Kinds of names that the tree asks for.
  public static var names: [String] {
    Set(
      byPlaceholder.values.compactMap { kind in if case .name(let name) = kind { name } else { nil }
      }
    ).sorted()
  }

  init(placeholder: String, choices: [String]?) {
    self = choices.map(ValueKind.choice) ?? Self.byPlaceholder[placeholder] ?? .any
  }
}

extension Option {
  /// What its value may be; nil for a flag.
  public var valueKind: ValueKind? {
    placeholder.map {
      ValueKind(placeholder: name == "storefront" ? "STOREFRONT" : $0, choices: choices)
    }
  }

  /// As it is typed: `--project`, and `-C` where it has a letter.
  public var spellings: [String] { ["--\(name)"] + (letter.map { ["-\($0)"] } ?? []) }
}

extension Positional {
  /// What it may be.
  public var valueKind: ValueKind { ValueKind(placeholder: name, choices: choices) }
}

/// A command with the words that lead to it, for walking through a tree.
struct PlacedCommand {
  let command: Command
  let path: [String]

  /// The words after the program's name: `mirror stats`.
  var words: String { path.joined(separator: " ") }

  /// A command and all listed ones below it, in order.
  static func all(below command: Command, path: [String] = []) -> [PlacedCommand] {
    [PlacedCommand(command: command, path: path)]
      + command.subcommands.filter(\.isListed).flatMap { all(below: $0, path: path + [$0.name]) }
  }
}
