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

  @Test("a walk passes over pipes, which whoever opens them waits at")
  func pipes() throws {
    let scratch = try ScratchFolder()
    try scratch.write("tree/file", "x")
    #expect(mkfifo("\(scratch.path)/tree/pipe", 0o600) == 0)
    #expect(try Files.walk("\(scratch.path)/tree") == ["file"])
    #expect(Files.information("\(scratch.path)/tree/pipe")?.isFile == false)
  }

  @Test("a walk finds files and links in order of their parts, and follows no link")
  func walk() throws {
    let scratch = try ScratchFolder()
    for name in ["b/z", "b/a/y", "b.c", "a-b/x", "a/x"] { try scratch.write("tree/\(name)", name) }
    try scratch.write("else/file", "stays")
    #expect(symlink("\(scratch.path)/else", "\(scratch.path)/tree/c") == 0)
    let found = ["a/x", "a-b/x", "b/a/y", "b/z", "b.c", "c"]
    #expect(try Files.walk("\(scratch.path)/tree") == found)
    #expect(try Files.list("\(scratch.path)/tree") == ["a", "a-b", "b", "b.c", "c"])
    #expect(throws: MachineError.self) { try Files.walk("\(scratch.path)/none") }
  }

  @Test("a removed tree is gone, and what links in it led to is not")
  func removeTree() throws {
    let scratch = try ScratchFolder()
    for name in ["b/z", "b/a/y", "x"] { try scratch.write("tree/\(name)", name) }
    try scratch.write("else/file", "stays")
    #expect(symlink("\(scratch.path)/else", "\(scratch.path)/tree/b/c") == 0)
    try Files.removeTree("\(scratch.path)/tree")
    #expect(try Files.walk(scratch.path) == ["else/file"])
    try Files.removeTree("\(scratch.path)/tree")
  }

  @Test("a file is read whole, whatever its size", arguments: [0, 1, 65_535, 65_536, 200_000])
  func readWhole(size: Int) throws {
    let scratch = try ScratchFolder()
    let text = String(repeating: "a", count: size)
    #expect(try Files.readText(try scratch.write("file", text)) == text)
    // The system makes up what stands there, and says that it has no bytes.
    #expect(try Files.read("/proc/self/cmdline").isEmpty == false)
  }

  @Test("folders on the way to a file are made, whichever are there")
  func folders() throws {
    let scratch = try ScratchFolder()
    let folder = try Folder(making: scratch.path)
    let bytes: [UInt8] = [1]
    for path in ["a/b/c/d", "a/b/e", "a/f/g/h/i/index.html", "a/f/g/index.html"] {
      _ = try bytes.withUnsafeBytes { try folder.create(path, $0) }
    }
    #expect(try Files.walk(scratch.path).count == 4)
  }

  @Test(
    "a copy has the bytes and the time of its source, and nothing else of it",
    arguments: [0, 5, 300_000])
  func copy(size: Int) throws {
    let scratch = try ScratchFolder()
    let text = String(repeating: "a", count: size)
    let source = try scratch.write("source", text)
    let folder = try Folder(making: "\(scratch.path)/out")
    usleep(20_000)
    let modified = try folder.copy(source, as: "a/b/copy")
    let copy = try #require(Files.information("\(scratch.path)/out/a/b/copy"))
    let original = try #require(Files.information(source))
    #expect(copy.modified == original.modified && modified == original.modified)
    try scratch.write("source", "other")
    #expect(try scratch.read("out/a/b/copy") == text)
    #expect(throws: MachineError.self) { try folder.copy(source, as: "a/b/copy") }
    #expect(throws: MachineError.self) { try folder.copy("\(scratch.path)/none", as: "none") }
    // The system makes up what stands there, and says that it has no bytes.
    _ = try folder.copy("/proc/self/cmdline", as: "line")
    #expect(try !scratch.read("out/line").isEmpty)
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
