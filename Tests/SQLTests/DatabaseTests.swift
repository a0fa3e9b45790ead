import SQL
import Support
import Testing

@Suite("A connection to SQLite")
struct DatabaseTests {
  struct Refusal: Error {}

  @Test("values come back as they were bound")
  func roundTrip() throws {
    let database = try Database(":memory:")
    try database.execute("CREATE TABLE t(a INTEGER, b TEXT, c BLOB, d TEXT)")
    try database.run(
      "INSERT INTO t VALUES(?,?,?,?)", Int64.min, "Écru 絹", [0, 255, 1] as [UInt8], nil)
    let statement = try database.prepare("SELECT a, b, c, d FROM t")
    let found = try statement.step()
    #expect(found)
    let row = (statement.integer(0), statement.text(1), [UInt8](statement.bytes(2)))
    #expect(row == (.min, "Écru 絹", [0, 255, 1]))
    let absent = (statement.isNull(3), statement.optionalText(3))
    #expect(absent == (true, nil))
    let another = try statement.step()
    #expect(!another)
  }

  @Test("empty text and empty bytes are not null")
  func emptyValues() throws {
    let database = try Database(":memory:")
    let statement = try database.prepare("SELECT ?1, ?2, ?3")
    try statement.bind(1, "")
    try statement.bind(2, bytes: [])
    try statement.bind(3, text: UnsafeRawBufferPointer(start: nil, count: 0))
    try statement.step()
    let row = (0..<3).map { statement.value($0) }
    #expect(row == [.text(""), .bytes([]), .text("")])
  }

  @Test("a transaction that throws leaves nothing")
  func rollsBack() throws {
    let database = try Database(":memory:")
    try database.execute("CREATE TABLE t(a)")
    #expect(throws: Refusal.self) {
      try database.transaction {
        try database.run("INSERT INTO t VALUES(1)")
        throw Refusal()
      }
    }
    #expect(try database.integer("SELECT count(*) FROM t") == 0)
    #expect(!database.isInTransaction)
    try database.transaction { try database.run("INSERT INTO t VALUES(2)") }
    #expect(try database.integer("SELECT count(*) FROM t") == 1)
  }

  @Test("the same text is compiled once and can be used by two statements at a time")
  func cachedStatements() throws {
    let database = try Database(":memory:")
    let sql =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<3) SELECT i FROM n"
    let outer = try database.prepare(sql)
    var pairs = 0
    while try outer.step() {
      let inner = try database.prepare(sql)
      while try inner.step() { pairs += 1 }
    }
    #expect(pairs == 9)
  }

  @Test("bindings of an earlier use are gone")
  func clearedBindings() throws {
    let database = try Database(":memory:")
    #expect(try database.text("SELECT ?1", "old") == "old")
    let statement = try database.prepare("SELECT ?1")
    let isNull = try statement.step() && statement.isNull(0)
    #expect(isNull)
  }

  @Test("an error names the statement and the codes but not the values")
  func errors() throws {
    let database = try Database(":memory:")
    try database.execute("CREATE TABLE t(a PRIMARY KEY)")
    try database.run("INSERT INTO t VALUES(?)", "secret")
    do {
      try database.run("INSERT INTO t VALUES(?)", "secret")
      Issue.record("a repeated key is refused")
    } catch let error {
      #expect(error.isUniqueViolation && error.isConstraint)
      #expect(error.description.contains("INSERT INTO t"))
      #expect(!error.description.contains("secret"))
    }
    #expect(throws: SQLError.self) { try database.execute("SELEKT 1") }
    #expect(throws: SQLError.self) { _ = try database.prepare("SELECT 1; SELECT 2") }
  }

  @Test("a file is in WAL mode, syncs at commit and does not overwrite what was deleted")
  func pragmas() throws {
    let folder = try ScratchFolder()
    let database = try Database("\(folder.path)/a.sqlite")
    #expect(try database.text("PRAGMA journal_mode") == "wal")
    #expect(try database.integer("PRAGMA synchronous") == 2)
    #expect(try database.integer("PRAGMA secure_delete") == 0)
    #expect(try database.integer("PRAGMA foreign_keys") == 1)
    let fast = try Database("\(folder.path)/b.sqlite", durability: .normal)
    #expect(try fast.integer("PRAGMA synchronous") == 1)
  }

  @Test("a reader sees one state while a writer goes on")
  func snapshotReads() throws {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/a.sqlite"
    let writer = try Database(path)
    try writer.execute("CREATE TABLE t(a); INSERT INTO t VALUES(1)")
    let reader = try Database(path, mode: .readOnly)
    try reader.reading {
      #expect(try reader.integer("SELECT count(*) FROM t") == 1)
      try writer.run("INSERT INTO t VALUES(2)")
      #expect(try reader.integer("SELECT count(*) FROM t") == 1)
    }
    #expect(try reader.integer("SELECT count(*) FROM t") == 2)
    #expect(throws: SQLError.self) { try reader.run("INSERT INTO t VALUES(3)") }
  }

  @Test("a missing file is not made by a reader")
  func readerNeedsFile() throws {
    let folder = try ScratchFolder()
    #expect(throws: SQLError.self) { _ = try Database("\(folder.path)/no.sqlite", mode: .readOnly) }
  }

  @Test("steps lead an old file to the newest schema, each once")
  func migrations() throws {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/a.sqlite"
    let first = [Migration("one", sql: "CREATE TABLE t(a)")]
    let both = first + [Migration("two", sql: "ALTER TABLE t ADD COLUMN b")]
    do {
      let database = try Database(path)
      #expect(try database.migrate(first) == 1)
    }
    let database = try Database(path)
    #expect(try database.migrate(both) == 1)
    #expect(try database.migrate(both) == 0)
    #expect(try database.userVersion == 2)
    #expect(throws: SQLError.self) { try database.migrate(first) }
  }

  @Test("a step that fails leaves the version as it was")
  func failedMigration() throws {
    let database = try Database(":memory:")
    #expect(throws: SQLError.self) {
      try database.migrate([Migration("bad", sql: "CREATE TABLE t(a); CREATE TABLE t(a)")])
    }
    #expect(try database.userVersion == 0)
    #expect(try database.integer("SELECT count(*) FROM sqlite_schema") == 0)
  }

  @Test("a connection for questions refuses everything that changes something")
  func readingOnly() throws {
    let database = try Database(":memory:")
    try database.execute("CREATE TABLE t(a); INSERT INTO t VALUES(7)")
    database.allowOnlyReading()
    #expect(try database.integer("WITH x AS (SELECT a FROM t) SELECT max(a) FROM x") == 7)
    #expect(try database.text("SELECT name FROM pragma_table_info('t')") == "a")
    for sql in [
      "DELETE FROM t", "DROP TABLE t", "ATTACH ':memory:' AS x", "PRAGMA user_version=4",
      "PRAGMA journal_mode=DELETE", "CREATE TABLE u(a)", "VACUUM", "SELECT load_extension('x')",
      "BEGIN IMMEDIATE",
    ] {
      #expect(throws: SQLError.self, "\(sql)") { try database.execute(sql) }
    }
  }

  @Test("a statement that takes too long can be ended")
  func progress() throws {
    let database = try Database(":memory:")
    var asked = 0
    database.setProgress(everySteps: 1000) {
      asked += 1
      return asked < 3
    }
    let endless =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT count(*) FROM n"
    do {
      _ = try database.integer(endless)
      Issue.record("the statement was to be ended")
    } catch let error {
      #expect(error.isInterrupted)
    }
    database.setProgress(nil)
    #expect(try database.integer("SELECT 1") == 1)
  }

  @Test("a copy is a whole database of its own")
  func copies() throws {
    let folder = try ScratchFolder()
    let database = try Database("\(folder.path)/a.sqlite")
    try database.execute("CREATE TABLE t(a); INSERT INTO t VALUES(5)")
    try database.copy(to: "\(folder.path)/b.sqlite")
    let copy = try Database("\(folder.path)/b.sqlite", mode: .readOnly)
    #expect(try copy.integer("SELECT a FROM t") == 5)
    #expect(try copy.damages().isEmpty)
  }
}

@Suite("What SQLite refuses")
struct RefusalTests {
  @Test("a full disk is one, also where only the shared memory of a log could not grow")
  func full() {
    #expect(SQLError(extendedCode: 13, message: "").isDiskFull)
    #expect(SQLError(extendedCode: 4874, message: "").isDiskFull)
    #expect(!SQLError(extendedCode: 10, message: "").isDiskFull)
  }
}
