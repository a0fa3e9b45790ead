/// Names one record within a tenant.
public struct RecordKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// What kind of record.
  public var type: ResourceType
  /// Its id.
  public var id: String

  /// Names a record.
  public init(_ type: ResourceType, _ id: String) {
    self.type = type
    self.id = id
  }

  /// `product prd_01J…`.
  public var description: String { "\(type.rawValue) \(id)" }

  /// Orders by type, parents before their parts, then by id.
  public static func < (left: RecordKey, right: RecordKey) -> Bool {
    left.type == right.type ? left.id < right.id : left.type < right.type
  }
}
