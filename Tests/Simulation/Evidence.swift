import Contract
import SQL

/// What an editor's mirror says of edits, read once a check: what waits, and which decisions and
/// withdrawals name which value.
struct Evidence {
  /// A field of a record; "" for the record as a whole.
  struct Place: Hashable {
    let key: RecordKey
    let field: String
  }

  /// A value that is named, and where in its log.
  private struct Mention: Hashable {
    let place: Place
    let value: FieldValue
  }

  private(set) var local: [Place: FieldValue] = [:]
  private(set) var operations: [RecordKey: String] = [:]
  /// The newest decision that names a value as ours, and as what came of it.
  private var ours: [Mention: Int64] = [:]
  private var results: [Mention: Int64] = [:]
  /// What values of the editor's were merged into.
  private var merged: [Mention: Set<FieldValue>] = [:]
  /// By how much people have decided to change a counter from what the shop had.
  private var movements: [Place: Set<Int64>] = [:]
  /// The newest row of the log by which a value was taken back.
  private var takenBack: [Mention: Int64] = [:]
  /// The newest decision by which a record is deleted.
  private var deletions: [RecordKey: Int64] = [:]

  init(_ database: Database) throws {
    func value(_ json: String?) throws -> FieldValue {
      try json.map { try FieldValue(json: $0) } ?? .null
    }
    let values = try database.prepare("SELECT type, id, field, value FROM local")
    while try values.step() {
      guard let key = Self.key(values, 0) else { continue }
      local[Place(key: key, field: values.text(2))] = try value(values.optionalText(3))
    }
    let operations = try database.prepare("SELECT type, id, op FROM local_record")
    while try operations.step() {
      if let key = Self.key(operations, 0) { self.operations[key] = operations.text(2) }
    }
    let decisions = try database.prepare(
      "SELECT type, id, field, ours, result, n, outcome, theirs, rule FROM decision ORDER BY n")
    while try decisions.step() {
      guard let key = Self.key(decisions, 0) else { continue }
      let n = decisions.integer(5)
      let place = Place(key: key, field: decisions.optionalText(2) ?? "")
      ours[Mention(place: place, value: try value(decisions.optionalText(3)))] = n
      results[Mention(place: place, value: try value(decisions.optionalText(4)))] = n
      if decisions.text(6) == "merge" {
        merged[Mention(place: place, value: try value(decisions.optionalText(3))), default: []]
          .insert(try value(decisions.optionalText(4)))
      }
      if decisions.text(8) == "person", let result = try value(decisions.optionalText(4)).integer,
        let shop = try value(decisions.optionalText(7)).integer
      {
        movements[place, default: []].insert(result - shop)
      }
      if place.field.isEmpty, decisions.text(6) == "delete" { deletions[key] = n }
    }
    let log = try database.prepare(
      """
      SELECT type, id, field, "from", n FROM edit_log
      WHERE source = 'withdrawal' OR (source = 'decision' AND field = '') ORDER BY n
      """)
    while try log.step() {
      guard let key = Self.key(log, 0) else { continue }
      let place = Place(key: key, field: log.text(2))
      takenBack[Mention(place: place, value: try value(log.optionalText(3)))] = log.integer(4)
    }
  }

  private static func key(_ row: borrowing Statement, _ column: Int) -> RecordKey? {
    ResourceType(rawValue: row.text(column)).map { RecordKey($0, row.text(column + 1)) }
  }

  /// Whether a later decision names a value as the editor's.
  func isDecided(_ value: FieldValue, at place: Place, after decision: Int64) -> Bool {
    ours[Mention(place: place, value: value), default: 0] > decision
  }

  /// Whether a decision ever came to a value.
  func isResult(_ value: FieldValue, at place: Place) -> Bool {
    results[Mention(place: place, value: value)] != nil
  }

  /// All that decisions about a field came to.
  func results(at place: Place) -> [FieldValue] {
    results.keys.filter { $0.place == place }.map(\.value)
  }

  /// Whether a decision ever merged a value of the editor's with the shop's, and came to this.
  func isMerged(_ value: FieldValue, into result: FieldValue, at place: Place) -> Bool {
    merged[Mention(place: place, value: value)]?.contains(result) ?? false
  }

  /// Whether a person decided to move a counter by so much.
  func isMovement(_ movement: Int64, at place: Place) -> Bool {
    movements[place]?.contains(movement) ?? false
  }

  /// Whether a value was taken back later.
  func isTakenBack(_ value: FieldValue, at place: Place, after log: Int64) -> Bool {
    takenBack[Mention(place: place, value: value), default: 0] > log
  }

  /// Whether both sides were later found to have deleted a record.
  func isDeletion(of key: RecordKey, after decision: Int64) -> Bool {
    deletions[key, default: 0] > decision
  }
}
