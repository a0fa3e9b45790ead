public import Contract

/// A record's place in a list that is kept by hand, such as a product in a collection.
///
/// A shop takes a record out of its lists when it deletes it, so the place is noted before that is sent, or
/// when the shop tells it; what is made again is put back there.
public struct ListPlace: Sendable, Hashable {
  /// The record that has the list.
  public var holder: RecordKey
  /// The list's field.
  public var field: String
  /// The record in the list.
  public var member: String
  /// The list at that time, by ids: all of it, or the record with its neighbours.
  public var order: [String]

  init(holder: RecordKey, field: String, member: String, order: [String]) {
    self.holder = holder
    self.field = field
    self.member = member
    self.order = order
  }

  /// The lists that a type of record has, with the type of what stands in them.
  static func fields(of holder: ResourceType) -> [(field: String, members: ResourceType)] {
    ResourceSchema.of(holder).attributes.compactMap { attribute in
      guard case .list(.reference(let type), _, _) = attribute.kind else { return nil }
      return (attribute.name, type)
    }
  }

  /// The list as it is now with a record at the place that this one had: behind the nearest one before
  /// it that is still there, else before the nearest one behind it, else at the end.
  public func list(_ now: [String], with id: String) -> [String] {
    guard !now.contains(id), let place = order.firstIndex(of: member) else { return now }
    var list = now
    if let before = order[..<place].last(where: now.contains),
      let index = now.firstIndex(of: before)
    {
      list.insert(id, at: index + 1)
    } else if let behind = order[place...].first(where: now.contains),
      let index = now.firstIndex(of: behind)
    {
      list.insert(id, at: index)
    } else {
      list.append(id)
    }
    return list
  }

  // MARK: Storage

  /// As it is stored beside what was sent.
  public var stored: FieldValue {
    .object(of: [
      .init("type", .text(holder.type.rawValue)), .init("id", .text(holder.id)),
      .init("field", .text(field)), .init("member", .text(member)),
      .init("order", .list(order.map { .text($0) })),
    ])
  }

  /// Reads what was stored; nil where it is none.
  public init?(_ value: FieldValue) {
    guard let type = value["type"]?.text.flatMap(ResourceType.init(rawValue:)),
      let id = value["id"]?.text, let field = value["field"]?.text,
      let member = value["member"]?.text, let order = value["order"]?.list
    else { return nil }
    self.init(
      holder: RecordKey(type, id), field: field, member: member, order: order.compactMap(\.text))
  }
}
