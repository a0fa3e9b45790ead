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
  private var looking: Database?
  /// Files of the folder as they were at some moment.
  var backup: [String: [UInt8]]?

  init(_ number: Int, server: ServerModel, time: FixedTime, seed: UInt64) throws {
    self.number = number
    clock = EditorClock(time)
    random = SeededRandom(seed: seed)
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

  /// A second connection, for looking.
  func look() throws -> Database {
    if let looking { return looking }
    let opened = try Database(path, cacheKiB: 512, vfs: disk.name)
    looking = opened
    return opened
  }

  /// Lets go of all connections, as the end of the program does.
  func close() {
    looking = nil
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
    let id = try look().text("SELECT remote_id FROM idmap WHERE local_id = ?", key.id)
    return RecordKey(key.type, id ?? key.id)
  }
}

/// A mirror that is made once and copied: making the tables takes longer than most steps.
enum MirrorTemplate {
  private static let bytes: Result<[UInt8], any Error> = Result {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/template.sqlite"
    do {
      _ = try MirrorStore(
        path: path, tenant: "demo", clock: FixedTime(Instant(seconds: 0)),
        random: SeededRandom(seed: 0), machineID: "simulation")
    }
    do {
      // No place of its own, so that a copy is not taken for the copy of another's.
      let database = try Database(path)
      try database.execute("UPDATE sync_meta SET machine = NULL, file_place = NULL")
      try database.checkpoint()
    }
    return try Files.read(path)
  }

  static func copy(to path: String, client: String) throws {
    let bytes = try bytes.get()
    try bytes.withUnsafeBufferPointer { try Files.write(UnsafeRawBufferPointer($0), to: path) }
    try Database(path, durability: .none).run("UPDATE sync_meta SET client_id = ?", client)
  }
}
