import Contract

/// Changes of lists as commands of the contract: what is added and what is taken away, so that what
/// somebody else adds at the same time stays.
///
/// Only changes of a list alone, in which elements come and go, are commands; a new order, or a
/// list changed along with other fields, goes as a patch under `If-Match`.
enum NativeListActions {
  /// The commands that turn the list seen into the list wanted; nil where a patch is needed.
  static func of(_ mutation: Mutation) -> FieldValue? {
    guard mutation.fields.count == 1, let (field, value) = mutation.fields.first,
      let wanted = texts(value), let seen = texts(mutation.seen[field] ?? .null)
    else { return nil }
    switch (mutation.record.type, field) {
    case (.product, "tags"):
      return actions(from: seen, to: wanted, member: "value", name: "tag", isOrdered: false)
    case (.collection, "products"):
      return actions(from: seen, to: wanted, member: "product", name: "product", isOrdered: true)
    default: return nil
    }
  }

  private static func actions(
    from seen: [String], to wanted: [String], member: String, name: String, isOrdered: Bool
  ) -> FieldValue? {
    let (before, after) = (Set(seen), Set(wanted))
    guard before.count == seen.count, after.count == wanted.count else { return nil }
    let kept = seen.filter(after.contains)
    guard kept == wanted.filter(before.contains) else { return nil }  // a new order
    var actions: [FieldValue] = []
    for element in seen where !after.contains(element) {
      actions.append(
        .object(of: [.init("action", .text("\(name).remove")), .init(member, .text(element))]))
    }
    var last: String?
    for (place, element) in wanted.enumerated() {
      defer { last = element }
      guard !before.contains(element) else { continue }
      var members: [FieldValue.Member] = [
        .init("action", .text("\(name).add")), .init(member, .text(element)),
      ]
      if isOrdered {
        members.append(.init("after", last.map(FieldValue.text) ?? .null))
      } else if place < kept.count {
        return nil  // it is added at the end
      }
      actions.append(.object(of: members))
    }
    guard (1...ContractVersion.largestBatch).contains(actions.count) else { return nil }
    return .object([.init("actions", .list(actions))])
  }

  private static func texts(_ value: FieldValue) -> [String]? {
    if value.isNull { return [] }
    guard let elements = value.list else { return nil }
    let texts = elements.compactMap(\.text)
    return texts.count == elements.count ? texts : nil
  }
}
