public import Contract
import Diagnostics
public import LocalMirror

/// Finds records by what people type.
public struct RecordFinder {
  private let lookup: MirrorLookup

  /// Searches in what a reader or transaction sees.
  public init(_ lookup: MirrorLookup) { self.lookup = lookup }

  /// The record with this SKU, product handle or id; or `collection:HANDLE`, `variant:SKU`,
  /// `price_list:NAME` and so on, where the type is said.
  ///
  /// - Throws: `EditError` with `unknownRecord` or `ambiguous`.
  public func find(_ target: String) throws -> RecordKey {
    var found = try lookup.variants(sku: target)
    found += try lookup.products(handle: target)
    for key in try lookup.keys(id: target) where !found.contains(key) { found.append(key) }
    if found.isEmpty, let colon = target.firstIndex(of: ":"),
      let type = ResourceType(rawValue: String(target[..<colon]))
    {
      return try find(String(target[target.index(after: colon)...]), of: type)
    }
    guard found.count <= 1 else { throw Self.ambiguous(target, found) }
    guard let key = found.first else { throw try unknown(target) }
    return key
  }

  /// The record of a type with this name or id.
  public func find(_ name: String, of type: ResourceType) throws -> RecordKey {
    var found =
      switch type {
      case .product: try lookup.products(handle: name)
      case .variant: try lookup.variants(sku: name)
      case .collection: try lookup.collections(handle: name)
      default: try lookup.named(type, name)
      }
    for key in try lookup.keys(id: name) where key.type == type && !found.contains(key) {
      found.append(key)
    }
    guard found.count <= 1 else { throw Self.ambiguous(name, found) }
    guard let key = found.first else {
      throw EditError(
        .unknownRecord, "there is no \(Self.word(type)) \"\(name)\"", help: try near(name))
    }
    return key
  }

  static func word(_ type: ResourceType) -> String {
    type.rawValue.replacing("_", with: " ")
  }

  private static func ambiguous(_ name: String, _ found: [RecordKey]) -> EditError {
    let isOneType = Set(found.map(\.type)).count == 1
    let choices = found.map { isOneType ? $0.id : "\($0.type.rawValue):\(name)" }
    return EditError(
      .ambiguous, "\"\(name)\" is the name of \(found.count) records",
      help: "type \(choices.joined(separator: " or "))")
  }

  private func unknown(_ target: String) throws -> EditError {
    let isCollection = try !lookup.collections(handle: target).isEmpty
    return EditError(
      .unknownRecord, "no variant has the SKU \"\(target)\" and no product that handle or id",
      help: isCollection
        ? "there is a collection of that handle: type collection:\(target)" : try near(target))
  }

  private func near(_ name: String) throws -> String? {
    Suggestion.nearest(to: name, among: try lookup.namesLike(name)).map { "did you mean `\($0)`?" }
  }
}
