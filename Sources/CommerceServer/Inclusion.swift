import Bytes
import Contract
import SQL

/// Records that are sent along with others: their parts, and the parts of their parts.
struct Inclusion {
  /// The types wanted, in order.
  let types: [ResourceType]

  /// The most records that one answer includes.
  static let limit = 10_000

  /// The types that can be sent along with records of a type: those that are parts of it, or of
  /// such a part.
  static func possible(with type: ResourceType) -> [ResourceType] {
    let direct = parts(of: type)
    return Array(Set(direct + direct.flatMap(parts))).filter { $0 != type }.sorted()
  }

  private static func parts(of type: ResourceType) -> [ResourceType] {
    ResourceType.allCases.filter { part in
      let schema = ResourceSchema.of(part)
      return schema.links.contains { $0.name == schema.parentLink && $0.targets.contains(type) }
    }
  }

  init(_ parameters: Parameters, with type: ResourceType, _ caller: Caller) throws(Problem) {
    let possible = Self.possible(with: type)
    var types: [ResourceType] = []
    for word in try parameters.words("include") ?? [] {
      guard let wanted = ResourceType(path: word), possible.contains(wanted) else {
        let names = possible.map(\.path).joined(separator: ", ")
        throw Parameters.invalid(
          "include",
          possible.isEmpty ? "nothing can be included here" : "\(word) is not one of \(names)")
      }
      try caller.require(wanted.readScope)
      types.append(wanted)
    }
    self.types = types.sorted()
  }

  /// The rows of the records to send along with those in `rows`, in order of type and row.
  func rows(with rows: [Int64], _ caller: Caller, _ database: Database) throws -> [Int64] {
    guard !types.isEmpty else { return [] }
    let statement = try database.prepare(
      """
      SELECT record.row, record.type FROM mention JOIN record ON record.row = mention.source
      WHERE mention.target = ?1 AND mention.policy = 1 AND record.deleted_at IS NULL
        AND record.parent = (SELECT id FROM record parent WHERE parent.row = ?1)
        \(caller.seesOnlyPublished ? "AND record.hidden = 0" : "")
      ORDER BY mention.source
      """)
    var found: [(type: ResourceType, row: Int64)] = []
    var seen: Set<Int64> = []
    var level = rows
    for _ in 0..<2 {
      var next: [Int64] = []
      for row in level {
        try statement.bind(1, row)
        try statement.forEachRow { part in
          guard let type = ResourceType(rawValue: part.text(1)),
            seen.insert(part.integer(0)).inserted
          else { return }
          next.append(part.integer(0))
          if types.contains(type) { found.append((type, part.integer(0))) }
        }
      }
      level = next
      if found.count > Self.limit {
        throw Problem(
          .queryTooCostly,
          "More than \(Self.limit) records would be included; ask for a smaller limit.")
      }
    }
    return found.sorted { ($0.type, $0.row) < ($1.type, $1.row) }.map(\.row)
  }
}
