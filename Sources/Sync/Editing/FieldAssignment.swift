/// What a person types to change a field: `title=Silk`, `tags+=new`, `stock@Geneva+=-3`,
/// `price@"Europe, Gold"=2400`.
public struct FieldAssignment: Sendable, Hashable {
  /// What is done with the text.
  public enum Operation: Sendable, Hashable {
    /// `=`: it becomes the value.
    case set
    /// `+=`: it is added to a list or number.
    case add
    /// `-=`: it is taken from a list or number.
    case remove
  }

  /// Where the value belongs.
  public var address: FieldAddress
  /// What is done.
  public var operation: Operation
  /// The value as it was typed.
  public var text: String

  /// Makes an assignment from its parts.
  public init(_ address: FieldAddress, _ operation: Operation, _ text: String) {
    self.address = address
    self.operation = operation
    self.text = text
  }

  /// Reads `field=value`.
  ///
  /// - Throws: `EditError` with `syntax`.
  public init(_ word: String) throws(EditError) {
    var isQuoted = false
    var cut: String.Index?
    for index in word.indices {
      if word[index] == "\"" { isQuoted.toggle() }
      if word[index] == "=", !isQuoted {
        cut = index
        break
      }
    }
    guard let cut else {
      throw EditError(
        .syntax, "\"\(word)\" is not written as field=value",
        help: "type for example title=\"Silk\"")
    }
    var left = word[..<cut]
    switch left.last {
    case "+": operation = .add
    case "-": operation = .remove
    default: operation = .set
    }
    if operation != .set { left = left.dropLast() }
    address = try FieldAddress(String(left))
    text = String(word[word.index(after: cut)...])
  }

  /// Whether the text says that there shall be no value.
  public var isClearing: Bool { operation == .set && (text == "!clear" || text == "null") }
}

/// The name of a field as people type it: words with dots, and after `@` a location or price list.
public struct FieldAddress: Sendable, Hashable, CustomStringConvertible {
  /// What stands before `@`, for example `title.fr`.
  public var name: String
  /// What stands after `@`, without quotes.
  public var place: String?

  /// Makes an address from its parts.
  public init(name: String, place: String? = nil) {
    self.name = name
    self.place = place
  }

  /// Reads an address.
  ///
  /// - Throws: `EditError` with `syntax` where the name or the place is empty.
  public init(_ text: String) throws(EditError) {
    guard let at = text.firstIndex(of: "@") else {
      name = text
      guard !name.isEmpty else {
        throw EditError(.syntax, "the name of the field is missing", help: "type field=value")
      }
      return
    }
    name = String(text[..<at])
    var place = text[text.index(after: at)...]
    if place.count >= 2, place.first == "\"", place.last == "\"" {
      place = place.dropFirst().dropLast()
    }
    guard !name.isEmpty, !place.isEmpty else {
      throw EditError(
        .syntax, "\"\(text)\" has nothing \(name.isEmpty ? "before" : "after") the @",
        help: "type for example stock@Geneva")
    }
    self.place = String(place)
  }

  /// The first word of the name.
  public var head: String { String(name.prefix { $0 != "." }) }

  /// What follows the first dot of the name; nil without one.
  public var tail: String? {
    name.firstIndex(of: ".").map { String(name[name.index(after: $0)...]) }
  }

  /// The address as it is typed.
  public var description: String {
    guard let place else { return name }
    let isPlain = !place.contains { $0 == " " || $0 == "=" || $0 == "," || $0 == "@" }
    return isPlain ? "\(name)@\(place)" : "\(name)@\"\(place)\""
  }
}
