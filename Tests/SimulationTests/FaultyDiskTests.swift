import Machine
import SQL
import Simulation
import Support
import Testing

@Suite("The disk that fails")
struct FaultyDiskTests {
  private struct Stage {
    let folder: ScratchFolder
    let disk: FaultyDisk

    init(isQuick: Bool = true) throws {
      folder = try ScratchFolder()
      disk = FaultyDisk(isQuick: isQuick)
      try open(.full).execute("CREATE TABLE word(n INTEGER PRIMARY KEY, text TEXT) STRICT")
      disk.restart()
    }

    func open(_ durability: Database.Durability) throws -> Database {
      try Database("\(folder.path)/a.sqlite", durability: durability, vfs: disk.name)
    }

    /// Commits rows one by one, and gives how many were acknowledged before the machine died.
    func write(_ count: Int, _ durability: Database.Durability) throws -> Int {
      let database = try open(durability)
      for number in 1...count {
        do {
          try database.run("INSERT INTO word VALUES(?, ?)", number, "a word")
        } catch {
          return number - 1
        }
      }
      return count
    }

    func left() throws -> Int { Int(try open(.full).integer("SELECT count(*) FROM word") ?? -1) }
  }

  @Test("what was synced survives a power loss", arguments: [DiskFault.drop, .reorder])
  func durable(fault: DiskFault) throws {
    for call in 10..<60 {
      let stage = try Stage()
      stage.disk.arm(fault, atCall: call, seed: UInt64(call))
      let acknowledged = try stage.write(40, .full)
      #expect(stage.disk.isDown)
      stage.disk.restart()
      #expect(try stage.left() >= acknowledged)
      #expect(try Soundness.faults(of: stage.open(.full)).isEmpty)
    }
  }

  @Test("what was not synced is lost: the disk finds an acknowledgement that came too early")
  func lost() throws {
    var losses = 0
    for call in 10..<40 {
      let stage = try Stage()
      stage.disk.arm(.drop, atCall: call)
      let acknowledged = try stage.write(40, .normal)
      stage.disk.restart()
      if try stage.left() < acknowledged { losses += 1 }
    }
    #expect(losses > 0)
  }

  @Test("a file that is written without a log or a sync is damaged by a power loss")
  func damaged() throws {
    var damages = 0
    for seed in 0..<40 as Range<UInt64> {
      let stage = try Stage()
      do {
        let database = try stage.open(.none)
        try database.execute("PRAGMA journal_mode=OFF")
        stage.disk.arm(.reorder, atCall: 30, seed: seed)
        for number in 1...200 {
          try database.run("INSERT INTO word VALUES(?, ?)", number * 7 % 211, "\(number) words")
        }
      } catch is SQLError {}
      #expect(stage.disk.counts.hits == 1)
      stage.disk.restart()
      do {
        if try !Soundness.faults(of: stage.open(.full)).isEmpty { damages += 1 }
      } catch {
        damages += 1
      }
    }
    #expect(damages > 0)
  }

  @Test("an error is an error, and the next call works")
  func failure() throws {
    let stage = try Stage()
    let database = try stage.open(.full)
    stage.disk.arm(.failure, atCall: 1)
    #expect(throws: SQLError.self) { try database.run("INSERT INTO word VALUES(1, 'a')") }
    try database.run("INSERT INTO word VALUES(1, 'a')")
    #expect(try database.integer("SELECT count(*) FROM word") == 1)
  }

  @Test("a full disk refuses to grow until it is emptied")
  func full() throws {
    let stage = try Stage()
    let database = try stage.open(.full)
    stage.disk.arm(.full, atCall: 1)
    for _ in 0..<3 {
      do {
        try database.run("INSERT INTO word VALUES(1, 'a')")
        Issue.record("there is no room")
      } catch {
        #expect(error.isDiskFull)
      }
    }
    stage.disk.arm(nil)
    try database.run("INSERT INTO word VALUES(1, 'a')")
  }

  @Test("a quick disk is asked for the same and leaves the same as the system's own")
  func quickness() throws {
    func run(_ fault: DiskFault, at call: Int, isQuick: Bool) throws -> [Int] {
      let stage = try Stage(isQuick: isQuick)
      stage.disk.arm(fault, atCall: call, seed: UInt64(call))
      // The first calls are those of opening, which fails then.
      let acknowledged = (try? stage.write(40, .normal)) ?? -1
      let counts = stage.disk.counts
      stage.disk.restart()
      let isSound = try Soundness.faults(of: stage.open(.full)).isEmpty
      return [
        acknowledged, try stage.left(), isSound ? 1 : 0, counts.calls, counts.writes, counts.syncs,
        counts.truncates, counts.deletes, counts.creates, counts.hits,
      ]
    }
    for fault in DiskFault.allCases {
      for call in stride(from: 1, to: 140, by: 9) {
        let quick = try run(fault, at: call, isQuick: true)
        let own = try run(fault, at: call, isQuick: false)
        #expect(quick == own, "\(fault.rawValue) at \(call)")
      }
    }
  }

  @Test("a log that outlives a crash is on the system's disk for all to see")
  func logs() throws {
    let stage = try Stage()
    let path = "\(stage.folder.path)/a.sqlite"
    stage.disk.arm(.before, atCall: 60)
    let acknowledged = try stage.write(40, .full)
    #expect(acknowledged > 5 && acknowledged < 40)
    #expect(try Files.read("\(path)-wal").count > 4096)
    #expect(try Database(path).integer("SELECT count(*) FROM word") ?? 0 >= Int64(acknowledged))
  }

  @Test("the same seed leaves the same bytes")
  func repeatable() throws {
    func bytes() throws -> [Int] {
      let stage = try Stage()
      stage.disk.arm(.reorder, atCall: 33, seed: 5)
      let acknowledged = try stage.write(40, .normal)
      stage.disk.restart()
      return [acknowledged, try stage.left()]
    }
    #expect(try bytes() == bytes())
  }
}
