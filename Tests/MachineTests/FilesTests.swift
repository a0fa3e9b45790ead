import Glibc
import Machine
import Support
import Synchronization
import Testing

@Suite("Files")
struct FilesTests {
  @Test("a replaced file holds the new bytes and leaves nothing beside it")
  func replace() throws {
    let scratch = try ScratchFolder()
    let path = try scratch.write("a.txt", "old")
    try Files.replace(path, with: Array("new".utf8))
    #expect(try scratch.read("a.txt") == "new")
    #expect(try Files.list(scratch.path) == ["a.txt"])
  }

  @Test("no path leaves a folder", arguments: ["../x", "/x", "a/../../x", "", "a//b"])
  func beneath(path: String) throws {
    let scratch = try ScratchFolder()
    let folder = try Folder(making: "\(scratch.path)/out")
    let bytes: [UInt8] = [1]
    #expect(throws: MachineError.self) {
      _ = try bytes.withUnsafeBytes { try folder.create(path, $0) }
    }
    #expect(try Files.walk(scratch.path).isEmpty)
  }

  @Test("a file is never made twice")
  func exclusive() throws {
    let scratch = try ScratchFolder()
    let folder = try Folder(making: scratch.path)
    let bytes: [UInt8] = [1]
    _ = try bytes.withUnsafeBytes { try folder.create("a/b/c", $0) }
    #expect(throws: MachineError.self) {
      _ = try bytes.withUnsafeBytes { try folder.create("a/b/c", $0) }
    }
  }

  @Test("a lock keeps a second holder out and names the first")
  func lock() throws {
    let scratch = try ScratchFolder()
    let time = SystemTime().now
    let first = try LockFile("\(scratch.path)/lock", at: time)
    do {
      _ = try LockFile("\(scratch.path)/lock", at: time)
      Issue.record("the lock was taken twice")
    } catch {
      #expect("\(error)".contains("process"))
    }
    _ = consume first
    _ = try LockFile("\(scratch.path)/lock", at: time)
  }

  @Test("a lock ends with its holder, whoever has the open file besides")
  func inheritedLock() throws {
    let scratch = try ScratchFolder()
    let time = SystemTime().now
    let path = "\(scratch.path)/lock"
    let first = try LockFile(path, at: time)
    var (locked, other) = (stat(), stat())
    #expect(stat(path, &locked) == 0)
    // As a process has it that is being started, until its program runs.
    let copies = (0..<Int32(1024)).filter {
      fstat($0, &other) == 0 && other.st_ino == locked.st_ino
    }
    .map { dup($0) }
    defer { for copy in copies { close(copy) } }
    #expect(!copies.isEmpty)
    _ = consume first
    _ = try LockFile(path, at: time)
  }
}

@Suite("Parallel loops")
struct ParallelTests {
  @Test("every index is visited once", arguments: [0, 1, 63, 64, 1000], [1, 2, 7])
  func coverage(count: Int, workers: Int) {
    let seen = Mutex([Int](repeating: 0, count: count))
    Parallel.forEach(count: count, chunk: 64, workers: workers) { _, range in
      seen.withLock { for index in range { $0[index] += 1 } }
    }
    #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test("the first error ends the loop")
  func failure() {
    #expect(throws: MachineError.self) {
      try Parallel.forEach(count: 100, chunk: 1) { (_, range) throws(MachineError) in
        if range.lowerBound == 3 { throw MachineError(call: "x", subject: "y", number: 5) }
      }
    }
  }

  @Test("a page is made in a folder of its own, knows when, and gets a second name")
  func pages() throws {
    let scratch = try ScratchFolder()
    let folder = try Folder(making: "\(scratch.path)/out")
    let bytes = Array("<p>".utf8)
    let written = try bytes.withUnsafeBytes { try folder.create("en/products/x/index.html", $0) }
    #expect(Files.information("\(scratch.path)/out/en/products/x/index.html")?.modified == written)
    try folder.link(own: "en/products/x/index.html", as: "products/x/index.html")
    try folder.link(own: "en/products/x/index.html", as: "top.html")
    #expect(try Files.read("\(scratch.path)/out/products/x/index.html") == bytes)
    #expect(try Files.read("\(scratch.path)/out/top.html") == bytes)
    for path in ["../x/index.html", "a/../../index.html", "/index.html", "a//index.html"] {
      #expect(throws: MachineError.self) {
        try folder.link(own: "en/products/x/index.html", as: path)
      }
      #expect(throws: MachineError.self, "\(path)") {
        _ = try bytes.withUnsafeBytes { try folder.create("../\(path)", $0) }
      }
    }
    #expect(throws: MachineError.self, "it must not exist") {
      _ = try bytes.withUnsafeBytes { try folder.create("en/products/x/index.html", $0) }
    }
    #expect(throws: MachineError.self, "there is nothing to link") {
      try folder.link(own: "nothing", as: "y/index.html")
    }
  }

  @Test(
    "a path that leaves its folder is told",
    arguments: [
      ("a", true), ("a/b.html", true), ("a/.b", true), ("...", true), ("a/..b/c", true),
      ("", false), (".", false), ("..", false), ("a/..", false), ("../a", false), ("a/./b", false),
      ("a//b", false), ("/a", false), ("a/", false), ("a\u{0}b", false),
    ])
  func beneath(path: String, stays: Bool) {
    #expect(Path.staysBeneath(path) == stays)
  }
}
