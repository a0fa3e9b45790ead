import Contract
@testable import Simulation
import SQL
import Testing

/// What a test does behind the program's back, so that a check has something to find.
extension World {
  /// A calm world of one editor.
  static func calm(_ kind: ServerProfile.Kind, seed: UInt64) throws -> World {
    var options = World.Options(seed: seed)
    options.profile = kind
    options.editors = 1
    options.isCalm = true
    return try World(options)
  }

  /// A calm world of one editor who has pulled.
  static func withOneEditor(_ kind: ServerProfile.Kind = .versions) throws -> World {
    let world = try calm(kind, seed: 3)
    _ = try world.pull(world.editors[0])
    try #require(world.broken == nil)
    return world
  }

  /// Changes the editor's mirror.
  func damage(_ sql: String) throws { try editors[0].look().execute(sql) }

  /// Lets a request of the editor's reach the server that the program never made.
  @discardableResult
  func send(
    _ key: RecordKey, _ fields: [String: FieldValue], seen: [String: FieldValue]? = nil,
    operation: Mutation.Operation = .update, reference: String? = nil
  ) throws -> WriteOutcome {
    let before = server.fields(of: key) ?? [:]
    let mutation = Mutation(
      id: "m-\(server.history.count)", record: key, externalReference: reference,
      operation: operation, fields: fields,
      seen: seen
        ?? fields.mapValues { _ in .null }.merging(before) { $1 }
        .filter { fields[$0.key] != nil },
      seenVersion: server.history(of: key).last?.version ?? 0)
    return server.execute(try server.request(for: mutation), by: .editor(0))
  }

  /// Lets a movement of stock reach the server that the program never sent.
  func move(_ key: RecordKey, by movement: Int64) throws {
    let mutation = Mutation(
      id: "m", record: key, operation: .adjust, adjustments: ["available": movement])
    _ = server.execute(try server.request(for: mutation), by: .editor(0))
  }

  /// Puts an edit on the list of what was accepted, without the program's knowledge.
  func pretend(
    _ key: RecordKey, _ field: String, from before: FieldValue = .null, to value: FieldValue,
    _ origin: AcceptedEdit.Origin = .typed
  ) throws {
    try editors[0].accept(
      key, field, from: before, start: before, to: value, origin, row: 0, place: 0)
  }
}
