import Machine
import Support
import Testing

@Suite("Files that must lose nothing")
struct FileSystemTests {
  private static let old = "the old text, which somebody wrote"
  private static let new = "the new text, which is longer than the old one was"

  private func text(_ files: FaultyFiles, _ path: String) -> String? {
    (try? files.read(path)).map { String(decoding: $0, as: UTF8.self) }  // nil where there is none
  }

  @Test("the machine's own files do what they say")
  func system() throws {
    let folder = try ScratchFolder()
    let files = SystemFiles()
    let path = "\(folder.path)/a/b.md"
    try files.makeFolders("\(folder.path)/a")
    try files.createExclusive(path, Array("one".utf8))
    #expect(throws: MachineError.self) { try files.createExclusive(path, Array("two".utf8)) }
    #expect(try files.read(path) == Array("one".utf8))
    try files.replace(path, with: Array("three".utf8), mode: 0o600)
    #expect(try files.read(path) == Array("three".utf8))
    #expect(files.information(path)?.permissions == 0o600)
    #expect(try files.list("\(folder.path)/a") == ["b.md"])
    try files.rename(path, to: "\(folder.path)/a/c.md")
    try files.remove("\(folder.path)/a/c.md")
    #expect(try files.list("\(folder.path)/a") == [])
  }

  @Test("a file with the longest name that there may be can be replaced")
  func longestName() throws {
    let folder = try ScratchFolder()
    let files = SystemFiles()
    let name = String(repeating: "é", count: 126) + ".md"
    try files.createExclusive("\(folder.path)/\(name)", Array("one".utf8))
    try files.replace("\(folder.path)/\(name)", with: Array("two".utf8))
    #expect(try files.list(folder.path) == [name])
  }

  @Test("a name that is taken says so, and nothing is left beside it")
  func taken() throws {
    let files = FaultyFiles()
    files.place("x.md", Self.old)
    do {
      try files.createExclusive("x.md", Array(Self.new.utf8))
      Issue.record("the name is taken")
    } catch {
      #expect(error.isAlreadyThere)
    }
    #expect(files.paths == ["x.md"])
    #expect(text(files, "x.md") == Self.old)
  }

  @Test("replacing leaves the old content or the new at every crash", arguments: DiskFault.allCases)
  func replacing(fault: DiskFault) throws {
    try exhaust(fault, isNew: false) { files throws(MachineError) in
      try files.replace("x.md", with: Array(Self.new.utf8))
    }
  }

  @Test("creating leaves the whole file or none at every crash", arguments: DiskFault.allCases)
  func creating(fault: DiskFault) throws {
    try exhaust(fault, isNew: true) { files throws(MachineError) in
      try files.createExclusive("x.md", Array(Self.new.utf8))
    }
  }

  /// Runs `body` with the fault at each of its calls, with 20 seeds each.
  private func exhaust(
    _ fault: DiskFault, isNew: Bool, _ body: (FaultyFiles) throws(MachineError) -> Void
  ) throws {
    let trial = FaultyFiles()
    if !isNew { trial.place("x.md", Self.old) }
    try body(trial)
    #expect(trial.calls == (isNew ? 5 : 4), "the way has as many steps as it had")
    for call in 1...trial.calls {
      for seed in 0..<20 as Range<UInt64> {
        let files = FaultyFiles()
        if !isNew { files.place("x.md", Self.old) }
        files.arm(fault, atCall: call, seed: seed)
        let finished: Bool
        do throws(MachineError) {
          try body(files)
          finished = true
        } catch {
          finished = false
        }
        #expect(files.hits == 1)
        files.restart()
        let left = text(files, "x.md")
        let before = isNew ? nil : Self.old
        #expect(
          left == Self.new || (left == before && !finished),
          "\(fault) at call \(call), seed \(seed): \(left ?? "nothing")")
        #expect(files.paths.allSatisfy { $0 == "x.md" || files.isTemporary($0) })
        try again(files)
        #expect(text(files, "x.md") == Self.new)
      }
    }
  }

  /// What the next start does: it writes again.
  private func again(_ files: FaultyFiles) throws {
    try files.replace("x.md", with: Array(Self.new.utf8))
  }

  @Test("what is acknowledged survives a power loss")
  func durable() throws {
    let files = FaultyFiles()
    files.place("x.md", Self.old)
    try files.replace("x.md", with: Array(Self.new.utf8))
    files.arm(.drop, atCall: 1)
    #expect(throws: MachineError.self) { try files.remove("y.md") }
    files.restart()
    #expect(text(files, "x.md") == Self.new)
  }

  @Test("the faulty disk finds a writer that does not sync")
  func finds() throws {
    let files = FaultyFiles()
    files.place("x.md", Self.old)
    // Renamed without a sync of the folder: acknowledged, and then gone.
    try files.writeSynced("t", Array(Self.new.utf8), mode: 0o644)
    try files.rename("t", to: "x.md")
    files.arm(.drop, atCall: 1)
    #expect(throws: MachineError.self) { try files.remove("y.md") }
    files.restart()
    #expect(text(files, "x.md") == Self.old)
  }
}
