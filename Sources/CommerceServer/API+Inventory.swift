import Bytes
import Contract
import Formats
import HTTPServer

extension API {
  /// `POST /v/{date}/inventory/commands`: changes of stock levels, each with an answer of its own.
  func stockCommands(_ order: WriteOrder) throws -> Effect {
    let commands = try stockCommands(in: try order.object())
    for (index, command) in commands.enumerated() {
      if case .adjust = command.change, order.key == nil, command.key == nil {
        throw Problem(
          .preconditionRequired,
          "An adjustment that arrives twice counts twice: send an Idempotency-Key with the "
            + "request, or a key with the command.",
          errors: [
            .init(
              pointer: "/commands/\(index)/key", code: "missing", message: "a key is needed",
              params: ["header": "Idempotency-Key"])
          ])
      }
    }
    return { writer in
      let answers = try commands.indices.map { index in
        try self.perform(commands[index], at: "/commands/\(index)", order, writer)
      }
      var json = JSONWriter(capacity: 512 * answers.count)
      json.beginObject()
      json.key("results")
      json.beginArray()
      for (command, answer) in zip(commands, answers) {
        json.beginObject()
        if let key = command.key { json.key("key"); json.value(key) }
        json.append(answer)
        json.end()
      }
      json.end()
      json.end()
      return Response(contentType: "application/json", buffer: json.finish())
    }
  }

  private func stockCommands(in body: TapeValue) throws(Problem) -> [StockCommand] {
    var faults = Problem.unknownMembers(of: body, known: ["commands"])
    var commands: [StockCommand] = []
    if let list = body["commands"], list.kind == .array {
      if !(1...ContractVersion.largestBatch).contains(list.count) {
        faults.append(
          .init(
            pointer: "/commands", code: "bad-length",
            message: "1 to \(ContractVersion.largestBatch) commands are needed"))
      } else {
        for (index, value) in list.children.enumerated() {
          if let command = StockCommand(value, at: "/commands/\(index)", &faults) {
            commands.append(command)
          }
        }
      }
    } else {
      faults.append(
        .init(pointer: "/commands", code: "missing", message: "an array is needed here"))
    }
    guard faults.isEmpty else {
      throw Problem(
        .validation, "The commands do not fit the contract.", errors: Array(faults.prefix(50)))
    }
    return commands
  }

  /// Does one command, or repeats the answer that its key has.
  private func perform(
    _ command: StockCommand, at place: String, _ order: WriteOrder, _ writer: RecordWriter
  ) throws -> Response {
    let answers = answers(writer, order.caller)
    let fingerprint = Self.fingerprint(command)
    do {
      if let key = command.key, let known = try answers.replay(key, for: fingerprint) {
        if order.isAtomic, known.status >= 400, let earlier = Problem(kept: known) { throw earlier }
        return known
      }
      let response = try writer.attempt { try self.apply(command, at: place, order, writer) }
      if let key = command.key { try answers.keep(response, under: key, for: fingerprint) }
      return response
    } catch let problem as Problem where !order.isAtomic && problem.status < 500 {
      let response = answer(to: problem, order.request, order.requestID)
      if let key = command.key, problem.code != .idempotencyMismatch {
        try answers.keep(response, under: key, for: fingerprint)
      }
      return response
    }
  }

  private static func fingerprint(_ command: StockCommand) -> [UInt8] {
    var buffer = ByteBuffer(capacity: 256)
    buffer.append("inventory/commands\n")
    JSON.writeCanonical(command.value, into: &buffer)
    return buffer.withBytes { SHA256Digest(of: $0).bytes }
  }

  private func apply(
    _ command: StockCommand, at place: String, _ order: WriteOrder, _ writer: RecordWriter
  ) throws -> Response {
    let level = try level(command, order, writer)
    let available = try level.map { try Self.available($0, order.symbols) }
    let wanted: Int64
    switch command.change {
    case .set(let from, let to):
      guard from == available else {
        throw staleQuantity(level, available, at: "\(place)/from", order.caller)
      }
      wanted = to
    case .adjust(let delta):
      guard let available else {
        throw Problem(.notFound, "There is no such level; set it first, from null.")
      }
      wanted = available + delta
      guard StockCommand.range.contains(wanted), wanted >= 0 || delta > 0 else {
        throw Problem(
          .validation, "\(available) pieces cannot become \(wanted).",
          errors: [
            .init(
              pointer: "\(place)/delta", code: SchemaFault.Code.outOfRange.rawValue,
              message: "\(available) \(delta < 0 ? "less" : "and") \(delta.magnitude) is \(wanted)",
              params: ["available": "\(available)"])
          ])
      }
    }
    guard let level else { return try newLevel(command, wanted, at: place, order, writer) }
    var draft = try level.draft(symbols: order.symbols)
    draft.updatedAt = nil
    draft.attributes = Self.attributes(wanted, order.symbols)
    return try update(level, to: draft, writer, order.symbols)
  }

  /// The level that a command is about; nil where the variant has none at the location yet.
  private func level(
    _ command: StockCommand, _ order: WriteOrder, _ writer: RecordWriter
  ) throws -> StoredRecord? {
    switch command.level {
    case .id(let id):
      guard let found = try writer.find(.inventoryLevel, id), order.caller.sees(found) else {
        throw Problem(.notFound, "There is no such inventory_level.")
      }
      if let deleted = found.deletedAt {
        throw Problem(.gone, "The inventory_level was deleted at \(deleted.rfc3339).")
      }
      return found
    case .place(let variant, let location):
      let found = try writer.holder(
        of: .inventoryLevel, rule: "variant_and_location", value: "\(variant)\u{1F}\(location)")
      if let found, !order.caller.sees(found) {
        throw Problem(.notFound, "There is no such inventory_level.")
      }
      return found
    }
  }

  private static func available(_ level: StoredRecord, _ symbols: Symbols) throws -> Int64 {
    try level.draft(symbols: symbols).attributes["available"]?.integer ?? 0
  }

  private static func attributes(_ available: Int64, _ symbols: Symbols) -> TapeValue {
    var builder = TapeBuilder(symbols: symbols)
    builder.beginObject()
    builder.key("available")
    builder.append(available)
    builder.end()
    return builder.finish().value
  }

  private func staleQuantity(
    _ level: StoredRecord?, _ available: Int64?, at pointer: String, _ caller: Caller
  ) -> Problem {
    let current = available.map(String.init) ?? "null"
    let isReadable = caller.scopes.contains(ResourceType.inventoryLevel.readScope)
    return Problem(
      .staleQuantity,
      available.map { "There are \($0) pieces now." } ?? "The variant has no level there.",
      errors: [
        .init(
          pointer: pointer, code: ProblemCode.staleQuantity.rawValue,
          message: "the level is \(current)", params: ["available": current])
      ], currentVersion: level?.version, current: isReadable ? level?.body : nil)
  }

  private func newLevel(
    _ command: StockCommand, _ available: Int64, at place: String, _ order: WriteOrder,
    _ writer: RecordWriter
  ) throws -> Response {
    guard case .place(let variant, let location) = command.level else {
      throw Problem(.notFound, "There is no such inventory_level.")
    }
    var links = TapeBuilder(symbols: order.symbols)
    links.beginObject()
    links.key("variant")
    links.append(variant)
    links.key("location")
    links.append(location)
    links.end()
    let draft = RecordDraft(
      type: .inventoryLevel, id: freshID(.inventoryLevel),
      attributes: Self.attributes(available, order.symbols), links: links.finish().value)
    do {
      return created(try RecordMutations(writer: writer, symbols: order.symbols).create(draft))
    } catch var problem as Problem {
      problem.errors = problem.errors.map { fault in
        var moved = fault
        moved.pointer = "\(place)/\(fault.pointer.split(separator: "/").last ?? "")"
        return moved
      }
      throw problem
    }
  }
}
