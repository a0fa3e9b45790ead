/// What a person typed, checked against the tree.
public struct Invocation: Sendable {
  /// Words of the command, without the program's name: `["mirror", "verify"]`.
  public let path: [String]
  /// Arguments by place.
  public let arguments: [String]
  let given: [String: [String]]

  init(path: [String], arguments: [String], given: [String: [String]]) {
    self.path = path
    self.arguments = arguments
    self.given = given
  }

  /// Whether a flag was given.
  public func flag(_ name: String) -> Bool { given[name] != nil }

  /// The last value of an option.
  public func value(_ name: String) -> String? { given[name]?.last }

  /// All values of an option, in order.
  public func values(_ name: String) -> [String] { given[name] ?? [] }

  /// A whole number within bounds.
  public func integer(_ name: String, in bounds: ClosedRange<Int>) throws -> Int? {
    guard let text = value(name) else { return nil }
    guard let number = Int(text), bounds.contains(number) else {
      throw UsageError(
        "--\(name) takes a whole number from \(bounds.lowerBound) to \(bounds.upperBound), "
          + "not \"\(text)\"", path: path)
    }
    return number
  }

  /// The command's words, as a person reads them.
  public var name: String { path.joined(separator: " ") }
}

/// Words that do not fit the tree.
public struct UsageError: Error, Sendable {
  /// What does not fit.
  public let message: String
  /// What to do, if there is more to say than `--help`.
  public let help: String?
  /// The command that it was meant for.
  public let path: [String]

  /// Makes an error.
  public init(_ message: String, help: String? = nil, path: [String]) {
    self.message = message
    self.help = help
    self.path = path
  }
}
