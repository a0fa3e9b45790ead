import Bytes

/// The header fields of a message, in the order they came; names compare without regard to case.
public struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
  /// The fields as they came.
  public private(set) var fields: [(name: String, value: String)] = []

  /// Makes an empty set of fields.
  public init() {}

  /// Makes fields in the order written.
  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { (name: $0.0, value: $0.1) }
  }

  /// The value of the first field of that name.
  public subscript(name: String) -> String? {
    fields.first { $0.name.isSame(ignoringASCIICaseOf: name) }?.value
  }

  /// The values of all fields of that name.
  public func values(_ name: String) -> [String] {
    fields.filter { $0.name.isSame(ignoringASCIICaseOf: name) }.map(\.value)
  }

  /// Adds a field.
  public mutating func add(_ name: String, _ value: String) {
    fields.append((name: name, value: value))
  }

  /// Replaces all fields of that name by one.
  public mutating func set(_ name: String, _ value: String) {
    remove(name)
    add(name, value)
  }

  /// Removes all fields of that name.
  public mutating func remove(_ name: String) {
    fields.removeAll { $0.name.isSame(ignoringASCIICaseOf: name) }
  }

  /// The media type of the body, in lower case and without parameters; empty where none is named.
  public var mediaType: String {
    let value = self["content-type"] ?? ""
    let type = value.prefix { $0 != ";" && $0 != " " }
    return type.lowercased()
  }
}
