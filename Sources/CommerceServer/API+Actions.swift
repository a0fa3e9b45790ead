import Bytes
import Contract
import HTTPServer

extension API {
  /// `POST /v/{date}/{types}/{id}/actions`: changes of single elements of a record's lists, all or
  /// none.
  func listActions(_ order: WriteOrder, _ type: ResourceType, _ id: String) throws -> Effect {
    let actions = try listActions(in: try order.object(), type)
    if order.request.headers["If-Match"] == nil,
      let open = actions.first(where: { !$0.isGuarded })
    {
      throw Problem(
        .preconditionRequired,
        "Say in from where the element was, or send the ETag of the version that you saw.",
        errors: [
          .init(
            pointer: "\(open.pointer)/from", code: "missing",
            message: "from is needed, or the header If-Match", params: ["header": "If-Match"])
        ])
    }
    return { writer in
      let old = try self.guarded(order, type, id, writer)
      var draft = try old.draft(symbols: order.symbols)
      draft.updatedAt = nil
      for action in actions {
        do {
          try self.apply(action, to: &draft, of: old, writer, order.symbols)
        } catch let mismatch as ListAction.Mismatch {
          var problem = self.stale(old, order.caller)
          problem.errors = [
            .init(
              pointer: "\(action.pointer)/\(mismatch.member)",
              code: ProblemCode.staleVersion.rawValue, message: mismatch.message)
          ]
          throw problem
        }
      }
      return try self.update(old, to: draft, writer, order.symbols)
    }
  }

  private func listActions(
    in body: TapeValue, _ type: ResourceType
  ) throws(Problem) -> [ListAction] {
    var faults = Problem.unknownMembers(of: body, known: ["actions"])
    var actions: [ListAction] = []
    if let list = body["actions"], list.kind == .array {
      if !(1...ContractVersion.largestBatch).contains(list.count) {
        faults.append(
          .init(
            pointer: "/actions", code: "bad-length",
            message: "1 to \(ContractVersion.largestBatch) actions are needed"))
      } else {
        for (index, value) in list.children.enumerated() {
          if let action = ListAction(value, of: type, at: "/actions/\(index)", &faults) {
            actions.append(action)
          }
        }
      }
    } else {
      faults.append(
        .init(pointer: "/actions", code: "missing", message: "an array is needed here"))
    }
    guard faults.isEmpty else {
      throw Problem(
        .validation, "The actions do not fit the contract.", errors: Array(faults.prefix(50)))
    }
    return actions
  }

  private func apply(
    _ action: ListAction, to draft: inout RecordDraft, of record: StoredRecord,
    _ writer: RecordWriter, _ symbols: Symbols
  ) throws {
    switch action.list {
    case .tags:
      try Self.change("tags", of: &draft, by: action, symbols)
    case .products:
      guard draft.attributes["rule"] == nil else {
        throw Self.refusal(
          action, "", .notAllowed, "the collection gathers its products by a rule")
      }
      if case .add = action.change {
        let product = try writer.find(.product, action.element)
        if product == nil || product?.deletedAt != nil {
          throw Self.refusal(action, "/product", .dangling, "there is no such product")
        }
      }
      try Self.change("products", of: &draft, by: action, symbols)
    case .values(let option):
      if case .remove = action.change { try refuseIfUsed(action, option, record, writer, symbols) }
      try Self.changeOption(option, of: &draft, by: action, symbols)
    }
  }

  private static func refusal(
    _ action: ListAction, _ member: String, _ code: SchemaFault.Code, _ message: String
  ) -> Problem {
    Problem(
      .validation, "An action does not fit the record.",
      errors: [.init(pointer: action.pointer + member, code: code.rawValue, message: message)])
  }

  /// A value that a variant has cannot go.
  private func refuseIfUsed(
    _ action: ListAction, _ option: String, _ product: StoredRecord, _ writer: RecordWriter,
    _ symbols: Symbols
  ) throws {
    for (part, policy) in try writer.mentions(of: product.row)
    where policy == .owned && part.type == .variant && part.deletedAt == nil {
      let attributes = try part.draft(symbols: symbols).attributes
      guard attributes["options"]?[option]?.string == action.element else { continue }
      throw Problem(
        .stillReferenced, "Variant \(part.id) has the \(option) \(action.element).",
        errors: [
          .init(
            pointer: "\(action.pointer)/value", code: SchemaFault.Code.stillReferenced.rawValue,
            message: "variant \(part.id) has it", params: ["type": "variant", "id": part.id])
        ])
    }
  }

  /// Changes a list of texts that is an attribute of its own.
  private static func change(
    _ name: String, of draft: inout RecordDraft, by action: ListAction, _ symbols: Symbols
  ) throws {
    let old = draft.attributes[name]
    let before = old?.children.compactMap(\.string) ?? []
    var elements = before
    try action.apply(to: &elements)
    if elements == before { return }
    var builder = TapeBuilder(symbols: symbols)
    builder.beginObject()
    for (member, value) in draft.attributes.members {
      builder.key(member)
      if member == name { builder.append(texts: elements) } else { builder.append(value) }
    }
    if old == nil {
      builder.key(name)
      builder.append(texts: elements)
    }
    builder.end()
    draft.attributes = builder.finish().value
  }

  /// Changes the values of one option.
  private static func changeOption(
    _ option: String, of draft: inout RecordDraft, by action: ListAction, _ symbols: Symbols
  ) throws {
    let options = draft.attributes["options"]?.children ?? []
    guard let chosen = options.first(where: { $0["name"]?.string == option }) else {
      throw refusal(action, "/option", .dangling, "the product has no such option")
    }
    var values = chosen["values"]?.children.compactMap(\.string) ?? []
    try action.apply(to: &values)
    var builder = TapeBuilder(symbols: symbols)
    builder.beginObject()
    for (member, value) in draft.attributes.members {
      builder.key(member)
      guard member == "options" else {
        builder.append(value)
        continue
      }
      builder.beginArray()
      for other in options {
        guard other.index == chosen.index else {
          builder.append(other)
          continue
        }
        builder.beginObject()
        builder.key("name")
        builder.append(option)
        builder.key("values")
        builder.append(texts: values)
        builder.end()
      }
      builder.end()
    }
    builder.end()
    draft.attributes = builder.finish().value
  }
}

extension TapeBuilder {
  /// Appends an array of texts.
  fileprivate mutating func append(texts: [String]) {
    beginArray()
    for text in texts { append(text) }
    end()
  }
}
