import Bytes
import Contract
import HTTPServer

extension API {
  /// `PUT /v/{date}/{types}/by-external-ref/{ref}`: creates the record of that name, or gives it
  /// this content. A record that is there already is overwritten only by who saw it.
  func upsert(_ order: WriteOrder, _ type: ResourceType, _ reference: String) throws -> Effect {
    let createsOnly = try Self.createsOnly(order.request)
    let body = try order.object()
    var draft = try draft(of: body, type)
    if let named = draft.externalRef, named != reference {
      throw Problem(
        .validation, "The body names another record than the address.",
        errors: [
          .init(pointer: "/external_ref", code: "not-allowed", message: "it must be \(reference)")
        ])
    }
    draft.externalRef = reference
    let wanted = draft
    return { writer in
      let symbols = order.symbols
      let found = try writer.holder(of: type, rule: "external_ref", value: reference)
      guard let found else {
        if order.request.headers["If-Match"] != nil {
          throw Problem(.staleVersion, "There is no \(type.rawValue) of this name.")
        }
        try self.checkSource(of: wanted, before: nil, writer, symbols)
        return self.created(try RecordMutations(writer: writer, symbols: symbols).create(wanted))
      }
      guard order.caller.sees(found) else {
        throw Problem(.notFound, "There is no such \(type.rawValue).")
      }
      if createsOnly || !Condition.allowsMatch(order.request, etag: found.etag) {
        throw self.stale(found, order.caller)
      }
      if body["id"] != nil, wanted.id != found.id {
        throw Problem(
          .validation, "The record has another id.",
          errors: [
            .init(
              pointer: "/id", code: SchemaFault.Code.immutable.rawValue,
              message: "it is \(found.id)")
          ])
      }
      let before = try found.draft(symbols: symbols)
      let after = Self.replacing(before, by: wanted, symbols)
      if ContentHash.of(after) != found.contentHash { try order.requireVersion() }
      try self.checkSource(of: after, before: before, writer, symbols)
      return try self.update(found, to: after, writer, symbols)
    }
  }

  private static func createsOnly(_ request: Request) throws(Problem) -> Bool {
    let tags = request.headers.values("If-None-Match")
    if tags.isEmpty { return false }
    guard tags == ["*"] else {
      throw Problem(.malformedRequest, "If-None-Match can only be * here.")
    }
    guard request.headers["If-Match"] == nil else {
      throw Problem(.malformedRequest, "If-Match and If-None-Match exclude each other.")
    }
    return true
  }

  /// The new content. Lists that it leaves out stay: a list never changes by omission.
  private static func replacing(
    _ before: RecordDraft, by wanted: RecordDraft, _ symbols: Symbols
  ) -> RecordDraft {
    var after = wanted
    after.id = before.id
    let schema = ResourceSchema.of(before.type)
    let lists = schema.attributes.filter { attribute in
      guard case .list = attribute.kind else { return false }
      return !schema.exactlyOne.contains(attribute.name)
        && wanted.attributes[attribute.name] == nil && before.attributes[attribute.name] != nil
    }
    guard !lists.isEmpty, wanted.attributes.kind == .object else { return after }
    var builder = TapeBuilder(symbols: symbols)
    builder.beginObject()
    for (name, value) in wanted.attributes.members {
      builder.key(name)
      builder.append(value)
    }
    for list in lists {
      if let value = before.attributes[list.name] {
        builder.key(list.name)
        builder.append(value)
      }
    }
    builder.end()
    after.attributes = builder.finish().value
    return after
  }
}
