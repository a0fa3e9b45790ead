/// Why something that a person typed is not an edit.
public struct EditError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What sort of mistake; part of the public contract.
  public enum Code: String, Sendable, CaseIterable {
    /// It is not written as `field=value`.
    case syntax = "edit.syntax"
    /// No record has this SKU, handle or id.
    case unknownRecord = "edit.unknown-record"
    /// Several records have it.
    case ambiguous = "edit.ambiguous"
    /// The record has no such field.
    case unknownField = "edit.unknown-field"
    /// The value is not one that the field can have.
    case badValue = "edit.bad-value"
    /// The field belongs to the shop, or to this project's files.
    case notOwned = "edit.not-owned"
    /// It is not clear which price is meant.
    case whichPrice = "edit.which-price"
    /// It is not clear which location is meant.
    case whichLocation = "edit.which-location"
    /// It is not clear which variant is meant.
    case whichVariant = "edit.which-variant"
  }

  /// What sort of mistake.
  public let code: Code
  /// The cause in one sentence.
  public let message: String
  /// What to type instead.
  public let help: String?

  /// States a mistake.
  public init(_ code: Code, _ message: String, help: String? = nil) {
    self.code = code
    self.message = message
    self.help = help
  }

  /// One line for a person.
  public var description: String { help.map { "\(message); \($0)" } ?? message }
}
