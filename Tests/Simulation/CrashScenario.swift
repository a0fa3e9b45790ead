import Bytes
import Contract
public import LocalMirror
public import Machine
import SQL
import Support
public import Sync

/// One piece of work of which every call to the disk is made to fail.
///
/// `prepare` makes the state before, once; `act` is the work, run anew for each fault from a copy of
/// that state. All goes through the shipped code.
public struct CrashScenario: Sendable {
  /// What it is called.
  public let name: String
  let profile: ServerProfile
  let prepare: @Sendable (CrashSite) throws -> Void
  let act: @Sendable (CrashSite) throws -> Void

  /// Describes a scenario.
  ///
  /// - Parameter act: may throw what the product throws to its caller; a second call without a fault
  ///   must bring the work to its end.
  public init(
    _ name: String, profile: ServerProfile = ServerProfile(.versions),
    prepare: @escaping @Sendable (CrashSite) throws -> Void,
    act: @escaping @Sendable (CrashSite) throws -> Void
  ) {
    self.name = name
    self.profile = profile
    self.prepare = prepare
    self.act = act
  }
}

/// Where a scenario runs: a server, a disk, a clock and the path of a mirror.
public final class CrashSite {
  /// The server.
  public let server: ServerModel
  /// The clock, which stands still.
  public let time: FixedTime
  /// The disk of SQLite's files.
  public let disk = FaultyDisk()
  let folder: ScratchFolder
  /// The files that people write, beside SQLite's on the same machine.
  private(set) var files: FaultyFiles

  init(_ profile: ServerProfile) throws {
    time = FixedTime(Instant(seconds: 1_790_000_000))
    server = ServerModel(profile, clock: time, pageSize: 8)
    folder = try ScratchFolder()
    files = FaultyFiles(companion: Self.companion(disk))
  }

  /// What the files know of SQLite's disk.
  private static func companion(_ disk: FaultyDisk) -> FaultyFiles.Companion {
    FaultyFiles.Companion(isDown: { disk.isDown }, turnOff: { disk.turnOff($0, seed: 1) })
  }

  /// Puts the files back as they were.
  func putBack(_ other: FaultyFiles) {
    files = FaultyFiles(copying: other, companion: Self.companion(disk))
  }

  /// Where the mirror is.
  public var path: String { "\(folder.path)/demo.sqlite" }

  /// Opens the mirror to write.
  public func open() throws -> MirrorStore {
    try MirrorStore(
      path: path, tenant: "demo", clock: time, random: SeededRandom(seed: 1), vfs: disk.name)
  }

  /// Pulls once.
  @discardableResult
  public func pull(_ change: (inout Pull.Options) -> Void = { _ in }) throws -> PullReport {
    var options = Pull.Options()
    options.isSingleThreaded = true
    change(&options)
    return try Pull(
      source: server, mirror: try open(), connector: "model", options: options, time: time,
      random: SeededRandom(seed: 1)
    ).run()
  }

  /// Runs SQL on the mirror.
  public func execute(_ sql: String) throws {
    try Database(path, vfs: disk.name).execute(sql)
  }

  /// The files of the mirror beside the lock, by the end of their names.
  func copyState() throws -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for name in try Files.list(folder.path) where !name.hasSuffix(".lock") {
      found[name] = try Files.read("\(folder.path)/\(name)")
    }
    return found
  }

  func putBack(_ state: [String: [UInt8]]) throws {
    for name in try Files.list(folder.path) where state[name] == nil {
      try Files.remove("\(folder.path)/\(name)")
    }
    for (name, bytes) in state {
      try bytes.withUnsafeBufferPointer {
        try Files.write(UnsafeRawBufferPointer($0), to: "\(folder.path)/\(name)")
      }
    }
  }
}
