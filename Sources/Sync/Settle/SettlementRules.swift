public import Contract
public import Merge

/// What a shop's own settings say about merging.
public struct SettlementRules: Sendable {
  /// Limits of prices, and how texts are merged.
  public var merging: RecordMerge.Options
  /// How two edits of a field are put together.
  public var policy: @Sendable (ResourceType, String) -> FieldPolicy

  /// Whether a field belongs to this project alone: it is never sent, and never asked about.
  public var isKeptHere: @Sendable (ResourceType, String) -> Bool

  /// Whether the platform can hold stock below zero, so that a person may order ahead of it (row 12).
  public var allowsStockBelowZero: Bool

  /// Sets rules; by default those of the contract's fields.
  public init(
    merging: RecordMerge.Options = RecordMerge.Options(),
    policy: @escaping @Sendable (ResourceType, String) -> FieldPolicy = {
      FieldPolicy.of(type: $0, field: $1)
    },
    isKeptHere: @escaping @Sendable (ResourceType, String) -> Bool = { _, _ in false },
    allowsStockBelowZero: Bool = false
  ) {
    self.merging = merging
    self.policy = policy
    self.isKeptHere = isKeptHere
    self.allowsStockBelowZero = allowsStockBelowZero
  }
}
