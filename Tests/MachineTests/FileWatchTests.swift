import Machine
import Support
import Testing

@Suite("Watching files")
struct FileWatchTests {
  let folder: ScratchFolder
  var path: String { folder.path }

  init() throws { folder = try ScratchFolder() }

  /// Changes as paths below the folder, gathered until all of `wanted` were seen or two seconds passed.
  private func changes(_ watch: FileWatch, until wanted: Set<String>) throws -> Set<String> {
    var seen: Set<String> = []
    let limit = SystemTime.monotonicSeconds + 2
    while !seen.isSuperset(of: wanted), SystemTime.monotonicSeconds < limit {
      guard case .files(let paths) = try watch.wait(milliseconds: 100) else { continue }
      seen.formUnion(paths.map { String($0.dropFirst(path.utf8.count + 1)) })
    }
    return seen
  }

  @Test("sees files that are written, come and go, at any depth")
  func depth() throws {
    try folder.write("theme/pages/a.liquid", "a")
    try folder.write("theme/b.css", "b")
    let watch = try FileWatch([.init("\(path)/theme")])
    #expect(try watch.wait(milliseconds: 20) == .none)
    try folder.write("theme/pages/a.liquid", "new")
    try Files.remove("\(path)/theme/b.css")
    try folder.write("theme/c.css", "c")
    let wanted: Set = ["theme/pages/a.liquid", "theme/b.css", "theme/c.css"]
    #expect(try changes(watch, until: wanted) == wanted)
    #expect(try watch.wait(milliseconds: 20) == .none)
  }

  @Test("sees an editor that writes beside the file and renames")
  func rename() throws {
    try folder.write("a.md", "a")
    let watch = try FileWatch([.init(path)])
    try folder.write(".a.md.swp", "new")
    try Files.rename("\(path)/.a.md.swp", to: "\(path)/a.md")
    #expect(try changes(watch, until: ["a.md"]).contains("a.md"))
  }

  @Test("watches folders that come, and counts what they hold")
  func newFolders() throws {
    try Files.makeFolders("\(path)/content")
    let watch = try FileWatch([.init("\(path)/content")])
    try folder.write("content/journal/2026/first.md", "1")
    #expect(
      try changes(watch, until: ["content/journal/2026/first.md"])
        .contains("content/journal/2026/first.md"))
    try folder.write("content/journal/2026/first.md", "2")
    #expect(
      try changes(watch, until: ["content/journal/2026/first.md"])
        == ["content/journal/2026/first.md"])
  }

  @Test("follows a folder that is replaced, and waits for one that is not there")
  func replaced() throws {
    try folder.write("theme/a.liquid", "a")
    let watch = try FileWatch([.init("\(path)/theme"), .init("\(path)/media/large")])
    try Files.rename("\(path)/theme", to: "\(path)/old")
    try folder.write("theme/a.liquid", "new")
    #expect(try changes(watch, until: ["theme/a.liquid"]).contains("theme/a.liquid"))
    try folder.write("old/a.liquid", "of no interest")
    try folder.write("media/large/x.svg", "<svg/>")
    let seen = try changes(watch, until: ["media/large/x.svg"])
    #expect(seen.contains("media/large/x.svg"))
    #expect(!seen.contains("old/a.liquid"))
    try folder.write("theme/b.liquid", "b")
    #expect(try changes(watch, until: ["theme/b.liquid"]).contains("theme/b.liquid"))
  }

  @Test("leaves folders below alone where it is told to, and sees each write where it is told to")
  func shallow() throws {
    try folder.write("deep/a.md", "a")
    let watch = try FileWatch([
      .init(path, isRecursive: false, countsEveryWrite: true), .init("\(path)/elsewhere"),
    ])
    try folder.write("deep/a.md", "new")
    let file = try OpenFile(appending: "\(path)/store")
    try file.write(Array("one".utf8))
    #expect(try changes(watch, until: ["store"]) == ["store"])
    try file.write(Array("two".utf8))
    #expect(try changes(watch, until: ["store"]) == ["store"])
    try file.close()
  }

  @Test("gathers what one save does, and no more than a moment long")
  func gathering() throws {
    let watch = try FileWatch([.init(path)])
    for number in 0..<200 { try folder.write("\(number).md", "x") }
    guard case .files(let first) = try watch.wait(milliseconds: 1_000) else {
      Issue.record("nothing was seen")
      return
    }
    #expect(first.count == 200)
  }

  @Test("says that everything may have changed when the kernel's queue overflows")
  func overflow() throws {
    let most = try Files.readText("/proc/sys/fs/inotify/max_queued_events")
    let limit = try #require(Int(most.filter(\.isNumber)))
    guard limit <= 70_000 else { return }
    let watch = try FileWatch([.init(path)])
    // Two files by turns, because equal events in a row are one.
    for _ in 0...(limit / 4) {
      try Files.write("x", to: "\(path)/a")
      try Files.remove("\(path)/a")
      try Files.write("x", to: "\(path)/b")
      try Files.remove("\(path)/b")
    }
    #expect(try watch.wait(milliseconds: 1_000) == .everything)
    try folder.write("after.md", "x")
    #expect(try changes(watch, until: ["after.md"]).contains("after.md"))
  }

  @Test("stops waiting when it is woken")
  func waking() throws {
    let watch = try FileWatch([.init(path)])
    let wake = watch.wake
    let begun = SystemTime.monotonicSeconds
    BackgroundThread.start {
      SystemTime().sleep(milliseconds: 30)
      wake()
    }
    #expect(try watch.wait(milliseconds: 10_000) == .none)
    #expect(SystemTime.monotonicSeconds - begun < 5)
  }
}
