public import Contract
public import Merge

/// What a shop's own settings say about merging.
public struct SettlementRules: Sendable {
  /// Limits of prices, and how texts are merged.
  public var merging: RecordMerge.Options
  /// How two edits of a field are put together.
  public var policy: @Sendable (ResourceType, String) -> FieldPolicy

  /// Sets rules; by default those of the contract's fields.
  public init(
    merging: RecordMerge.Options = RecordMerge.Options(),
    policy: @escaping @Sendable (ResourceType, String) -> FieldPolicy = {
      FieldPolicy.of(type: $0, field: $1)
    }
  ) {
    self.merging = merging
    self.policy = policy
  }
}
