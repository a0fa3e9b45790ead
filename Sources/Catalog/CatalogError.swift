/// A record that does not say what a record of its type must say.
public struct CatalogError: Error, Hashable, Sendable {
  /// What kind of mistake it is; the raw value is part of the public contract.
  public enum Code: String, Sendable {
    /// A required attribute or link is missing or null.
    case required
    /// The value has another JSON type.
    case type
    /// The value is none of the allowed words.
    case value
    /// The text has not the required form.
    case format
    /// More digits after the point than the currency has.
    case tooManyDecimals = "too-many-decimals"
    /// The number or window is out of range.
    case range
  }

  /// JSON pointer (RFC 6901) to the value within the record, for example `/attributes/amount`.
  public var pointer: String
  /// What kind of mistake it is.
  public let code: Code
  /// The cause in one sentence, without a final stop.
  public let message: String

  /// Makes an error.
  public init(_ code: Code, _ message: String, at pointer: String = "") {
    self.pointer = pointer
    self.code = code
    self.message = message
  }

  /// The same error at a place.
  func at(_ pointer: String) -> CatalogError { CatalogError(code, message, at: pointer) }
}

extension CatalogError: CustomStringConvertible {
  /// The message with its place.
  public var description: String { pointer.isEmpty ? message : "\(pointer): \(message)" }
}
