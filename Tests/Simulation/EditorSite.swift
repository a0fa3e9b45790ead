import Bytes
import Contract
import Formats
import LocalMirror
import Machine
import SQL
import Support
import Synchronization

/// A clock that runs with the world's, but may show another time.
final class EditorClock: TimeSource {
  private let world: FixedTime
  private let offset = Mutex<Int64>(0)

  init(_ world: FixedTime) { self.world = world }

  var now: Instant {
    Instant(microseconds: world.now.microseconds + offset.withLock { $0 })
  }

  func sleep(milliseconds: Int) { world.sleep(milliseconds: milliseconds) }

  /// Sets the clock forward or back.
  func jump(seconds: Int64) { offset.withLock { $0 += seconds * 1_000_000 } }
}

/// One editor: a mirror on real SQLite, a line to the server, a clock, and the simulation's own list
/// of what was accepted, kept apart from anything the program writes down itself.
public final class EditorSite {
  /// Which editor, from 0.
  public let number: Int
  /// The line to the server.
  public let line: Line
  let disk = FaultyDisk()
  let clock: EditorClock
  let random: SeededRandom
  let folder: ScratchFolder
  /// All that was accepted, in order.
  public internal(set) var accepted: [AcceptedEdit] = []
  /// Stock that was counted, not only moved.
  var counted: Set<RecordKey> = []
  /// Entries of the program's log up to this one are known.
  var knownLog: Int64 = 0
  /// Decisions up to this one were there when the log was looked at last.
  var knownDecision: Int64 = 0
  /// The field that was edited last.
  var lastEdit: (key: RecordKey, field: String)?
  /// Decisions up to this one have been checked.
  var checkedDecision: Int64 = 0
  /// Arrivals up to this many have been checked.
  var checkedArrivals = 0
  /// Mistakes that are built in.
  var bugs: Set<KnownBug> = []
  private var store: MirrorStore?
  /// What `current` knows, and the state of the mirror that it is good for.
  private var names: (changes: Int64, remote: [String: String])?
  /// Files, spreadsheets, copies of the folder, settings.
  var extras: EditorExtras

  init(_ number: Int, server: ServerModel, time: FixedTime, seed: UInt64) throws {
    self.number = number
    clock = EditorClock(time)
    random = SeededRandom(seed: seed)
    extras = EditorExtras(number, random)
    line = Line(server, actor: .editor(number), time: time)
    folder = try ScratchFolder()
    try MirrorTemplate.copy(to: path, client: "CLIENT\(number)")
  }

  // The disk must outlive the connections.
  deinit { close() }

  /// Where the mirror is.
  public var path: String { "\(folder.path)/demo.sqlite" }

  /// The mirror, opened where it is not.
  func mirror() throws -> MirrorStore {
    if let store { return store }
    let opened = try MirrorStore(
      path: path, tenant: "demo", clock: clock, random: random, vfs: disk.name,
      machineID: "simulation")
    opened.knownBugs = bugs
    store = opened
    return opened
  }

  /// The mirror's own connection, for looking; never within a transaction, so that what is seen is
  /// what is committed. After a crash it is the program that opens the file first.
  func look() throws -> Database {
    let database = try mirror().database
    precondition(!database.isInTransaction, "a check may see only what is committed")
    return database
  }

  /// Lets go of all connections, as the end of the program does.
  func close() {
    names = nil
    store = nil
  }

  /// After a crash: connections go, the machine starts.
  func restart() {
    close()
    disk.restart()
  }

  // MARK: What the editor sees

  /// Records that the editor sees, of these types, in order.
  func visible(_ types: Set<ResourceType>) throws -> [RecordKey] {
    let rows = try look().prepare(
      """
      SELECT r.type, r.id FROM record r WHERE NOT EXISTS
        (SELECT 1 FROM local_record l WHERE l.type = r.type AND l.id = r.id AND l.op = 'delete')
      """)
    var found: [RecordKey] = []
    while try rows.step() {
      guard let type = ResourceType(rawValue: rows.text(0)), types.contains(type) else { continue }
      found.append(RecordKey(type, rows.text(1)))
    }
    return found.sorted()
  }

  /// The fields of a record as the editor sees them; empty where there is none.
  func fields(of key: RecordKey) throws -> [String: FieldValue] {
    let rows = try look().prepare(
      """
      SELECT coalesce(local_json, nullif(server_json, '')) FROM record
      WHERE type = ? AND id = ?
      """)
    try rows.bind([key.type.rawValue, key.id])
    guard try rows.step(), !rows.isNull(0), let tape = try? JSON.parse(Array(rows.text(0).utf8))
    else { return [:] }
    return RecordFields.fields(
      of: key.type, attributes: tape.value["attributes"] ?? Tape.null.value,
      links: tape.value["links"])
  }

  /// What an edit of a field begins from: what it began from already, or the shop's value as it is
  /// known here.
  func start(of field: String, _ key: RecordKey) throws -> FieldValue {
    let base = try look().prepare("SELECT value FROM base WHERE type = ? AND id = ? AND field = ?")
    try base.bind([key.type.rawValue, key.id, field])
    if try base.step() { return try base.optionalText(0).map { try FieldValue(json: $0) } ?? .null }
    let rows = try look().prepare(
      "SELECT nullif(server_json, '') FROM record WHERE type = ? AND id = ?")
    try rows.bind([key.type.rawValue, key.id])
    guard try rows.step(), !rows.isNull(0), let tape = try? JSON.parse(Array(rows.text(0).utf8))
    else { return .null }
    return RecordFields.value(
      field, attributes: tape.value["attributes"] ?? Tape.null.value, links: tape.value["links"])
  }

  /// The id that a record has now, where the server gave it one.
  func current(_ key: RecordKey) throws -> RecordKey {
    RecordKey(key.type, try remoteID(key.id) ?? key.id)
  }

  /// The id that the server gave to what was made here under an id; nil where it gave none.
  func remoteID(_ id: String) throws -> String? {
    let database = try look()
    if let names, names.changes == database.totalChangedRowCount { return names.remote[id] }
    var remote: [String: String] = [:]
    let rows = try database.prepare("SELECT local_id, remote_id FROM idmap")
    while try rows.step() { remote[rows.text(0)] = rows.optionalText(1) }
    names = (database.totalChangedRowCount, remote)
    return remote[id]
  }
}

/// A mirror that is made once and copied: making the tables takes longer than most steps.
enum MirrorTemplate {
  /// The bytes for each name that a mirror has to the server, and without any.
  private static let made = Mutex<[String: [UInt8]]>([:])

  private static func make(_ client: String, from template: [UInt8]?) throws -> [UInt8] {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/template.sqlite"
    if let template {
      try template.withUnsafeBytes { try Files.write($0, to: path) }
      // No place of its own, so that a copy is not taken for the copy of another's.
      let database = try Database(path, durability: .none)
      try database.run(
        "UPDATE sync_meta SET machine = NULL, file_place = NULL, client_id = ?", client)
      try database.checkpoint()
    } else {
      _ = try MirrorStore(
        path: path, tenant: "demo", clock: FixedTime(Instant(seconds: 0)),
        random: SeededRandom(seed: 0), machineID: "simulation")
    }
    return try Files.read(path)
  }

  static func copy(to path: String, client: String) throws {
    let bytes = try made.withLock { made in
      if let known = made[client] { return known }
      let template = try made[""] ?? make("", from: nil)
      made[""] = template
      let bytes = try make(client, from: template)
      made[client] = bytes
      return bytes
    }
    try bytes.withUnsafeBytes { try Files.write($0, to: path) }
  }
}
