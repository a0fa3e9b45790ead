import Bytes
import Machine
import SQL

/// That a mirror is a copy of another one, as of a laptop that was cloned.
public struct MirrorCopy: Sendable, Hashable {
  /// The name that the original has to the server.
  public let formerClientID: String
  /// The name that the copy has from now on.
  public let clientID: String
  /// Operations whose answer was awaited when the copy was made. The original may have sent them or
  /// may send them still: they are settled by reading what the server has, never by sending again.
  public let awaitedCount: Int
}

/// Where a mirror's file lies: what differs between a file and a copy of it.
struct FilePlace: Equatable {
  /// Digest of the machine's id; "" where it has none.
  let machine: String
  /// The file's number, its device's number and the path, in this order.
  let inode: String
  let device: String
  let path: String

  /// The place of a file; nil where it is not on the system's own file system.
  init?(_ path: String, machineID: String?) {
    guard let file = Files.information(path) else { return nil }
    machine = machineID.map { SHA256Digest(of: "trumeau mirror \($0)").hex } ?? ""
    inode = String(file.inode)
    device = String(file.device)
    self.path = path.hasPrefix("/") ? path : Path.join(Files.currentFolder, path)
  }

  /// A place as it is stored.
  init?(machine: String?, stored: String?) {
    guard let machine, let stored else { return nil }
    let parts = stored.split(separator: " ", maxSplits: 2)
    guard parts.count == 3 else { return nil }
    self.machine = machine
    inode = String(parts[0])
    device = String(parts[1])
    path = String(parts[2])
  }

  var stored: String { "\(inode) \(device) \(path)" }

  /// Whether the file at the other place is another file. One that was moved keeps its number; devices
  /// are numbered anew when a system starts, so that they count only together with the path.
  func isCopy(of other: FilePlace) -> Bool {
    if machine != other.machine || inode != other.inode { return true }
    return device != other.device && path != other.path
  }
}

extension MirrorStore {
  /// Movements of stock that wait in a copy may be sent by the original too, or have been sent since the
  /// copy was made; unlike a value that is set they would count twice. So each is asked about, like one
  /// that was sent without an answer.
  private func askAboutMovements() throws(SQLError) {
    try database.run(
      """
      INSERT OR IGNORE INTO conflict(kind, type, record_id, field, base, ours, theirs_version,
        opened_at, detail)
      SELECT 'uncertain', l.type, l.id, l.field, b.value, l.value, coalesce(b.version, 0), ?1,
        json_object('name', l.id, 'from_push', json('true'), 'words',
          'this mirror is a copy; where it was copied from this may have been sent already')
      FROM local l LEFT JOIN base b ON b.type = l.type AND b.id = l.id AND b.field = l.field
      WHERE l.type = 'inventory_level' AND l.field = 'available' AND l.mode = 'set'
        AND NOT EXISTS (SELECT 1 FROM local_record r WHERE r.type = l.type AND r.id = l.id)
        AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.type = l.type AND o.id = l.id
          AND o.state IN ('waiting', 'sending', 'unknown'))
      """, clock.now.rfc3339)
  }

  /// Compares the file's place with the stored one. In a copy a new name to the server is drawn and
  /// what was awaited is marked, before anything else is written.
  func noticeCopy(_ place: FilePlace?, _ random: any RandomSource) throws -> MirrorCopy? {
    guard let place else { return nil }
    let row = try database.prepare("SELECT machine, file_place, client_id FROM sync_meta")
    try row.step()
    let known = FilePlace(machine: row.optionalText(0), stored: row.optionalText(1))
    let former = row.text(2)
    row.reset()
    guard place != known else { return nil }
    let isCopy = known.map { place.isCopy(of: $0) } ?? false
    return try database.transaction {
      try database.run(
        "UPDATE sync_meta SET machine = ?, file_place = ?", place.machine, place.stored)
      guard isCopy else { return nil }
      let client = random.sortableID(at: clock.now)
      try database.run("UPDATE sync_meta SET client_id = ?", client)
      try database.run(
        "UPDATE outbox SET may_resend = 0 WHERE state IN ('sending', 'unknown')")
      let awaited = database.changedRowCount
      try askAboutMovements()
      return MirrorCopy(formerClientID: former, clientID: client, awaitedCount: awaited)
    }
  }
}
