import Bytes
import Contract
import SQL

/// Which records of a type a list shows, in which order, and from where on.
struct ListQuery {
  let type: ResourceType
  let limit: Int
  private var conditions: [String] = []
  private var values: [SQLValue] = []
  private let isByTime: Bool
  private let signature: String

  /// Filters by time, with the comparison that each stands for.
  private static let times = [
    ("filter[updated_at][gte]", ">="), ("filter[updated_at][gt]", ">"),
    ("filter[updated_at][lte]", "<="), ("filter[updated_at][lt]", "<"),
  ]

  /// The attributes that are unique by themselves, which a list can be filtered by.
  static func uniqueAttributes(_ type: ResourceType) -> [String] {
    ResourceSchema.of(type).uniqueKeys.filter {
      $0.parts.count == 1 && $0.parts[0][0] == "attributes"
    }
    .map(\.name)
  }

  /// All parameters that filter lists of a type.
  static func parameters(_ type: ResourceType) -> [String] {
    times.map(\.0)
      + ["filter[external_ref]"]
      + uniqueAttributes(type).map { "filter[\($0)]" }
      + (ResourceSchema.of(type).parentLink == nil ? [] : ["filter[parent]"])
  }

  init(_ parameters: Parameters, _ type: ResourceType, _ caller: Caller) throws(Problem) {
    self.type = type
    limit = try parameters.limit()
    conditions = ["tenant = ?1", "type = ?2", "deleted_at IS NULL"]
    values = [.integer(caller.tenant), .text(type.rawValue)]
    if caller.seesOnlyPublished { conditions.append("hidden = 0") }
    var signature = type.rawValue
    var isByTime = false
    for (name, comparison) in Self.times {
      guard let instant = try parameters.instant(name) else { continue }
      values.append(.integer(instant.microseconds))
      conditions.append("updated_at \(comparison) ?\(values.count)")
      signature += " \(comparison)\(instant.microseconds)"
      isByTime = true
    }
    if let parent = parameters["filter[parent]"] {
      values.append(.text(parent))
      conditions.append("parent = ?\(values.count)")
      signature += " parent \(parent)"
    }
    if let reference = parameters["filter[external_ref]"] {
      values.append(.text(reference))
      conditions.append("external_ref = ?\(values.count)")
      signature += " external \(reference)"
    }
    for name in Self.uniqueAttributes(type) {
      guard let value = parameters["filter[\(name)]"] else { continue }
      values.append(.text(name))
      values.append(.text(value))
      conditions.append(
        """
        row = (SELECT record FROM natural_key k WHERE k.tenant = ?1 AND k.type = ?2
          AND k.rule = ?\(values.count - 1) AND k.value = ?\(values.count))
        """)
      signature += " \(name) \(value)"
    }
    self.isByTime = isByTime
    self.signature = Fingerprint(of: signature).hex
    if let text = parameters["cursor"] { try goOn(from: text) }
  }

  private mutating func goOn(from text: String) throws(Problem) {
    let cursor = try Cursor(text, kind: "list", count: 3)
    guard cursor.parts[0] == signature, let time = Int64(cursor.parts[1]) else {
      throw Problem(
        .invalidCursor, "The cursor belongs to a list with other filters.")
    }
    values.append(.text(cursor.parts[2]))
    let id = "?\(values.count)"
    if isByTime {
      values.append(.integer(time))
      conditions.append("(updated_at, id) > (?\(values.count), \(id))")
    } else {
      conditions.append("id > \(id)")
    }
  }

  /// The rows of the list: row, id, updated_at, body. One more than the limit, so that it shows
  /// whether there are more.
  func prepare(_ database: Database) throws -> Statement {
    let statement = try database.prepare(
      """
      SELECT row, id, updated_at, body FROM record WHERE \(conditions.joined(separator: " AND "))
      ORDER BY \(isByTime ? "updated_at, id" : "id") LIMIT \(limit + 1)
      """)
    for (offset, value) in values.enumerated() { try statement.bind(offset + 1, value) }
    return statement
  }

  /// The cursor after a row.
  func cursor(afterID id: String, updatedAt: Int64) -> String {
    Cursor(kind: "list", parts: [signature, String(updatedAt), id]).text
  }
}
