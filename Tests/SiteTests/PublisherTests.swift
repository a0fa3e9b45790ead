import Bytes
import Machine
import Support
import Testing

@testable import Site

@Suite("A publication shows the old site or the new one, whole")
struct PublisherTests {
  struct Cut: Error {}

  static let roots = ["public", "private/maison/gold"]

  static func publish(
    _ files: [String: String], in folder: String, roots: [String] = roots,
    after: @escaping (PublishStep) throws -> Void = { _ in }
  ) throws -> Generation.Counts {
    let publisher = Publisher(project: folder, storefront: "main", store: { _ in }, after: after)
    let published = try publisher.recover()
    let generation = try publisher.begin(roots: roots, published: PublishedFiles(published))
    for (path, text) in files {
      let bytes = Array(text.utf8)
      for index in roots.indices {
        _ = try bytes.withUnsafeBufferPointer { (raw) throws(MachineError) in
          try generation.put([path], in: index, kind: "page", UnsafeRawBufferPointer(raw))
        }
      }
    }
    _ = try publisher.publish(generation, replacing: published)
    return generation.done
  }

  static func content(_ folder: String) throws -> [String: String] {
    var found: [String: String] = [:]
    for root in roots where Files.exists("\(folder)/\(root)") {
      for path in try Files.walk("\(folder)/\(root)") {
        found["\(root)/\(path)"] = try Files.readText("\(folder)/\(root)/\(path)")
      }
    }
    return found
  }

  static func expected(_ files: [String: String]) -> [String: String] {
    var all: [String: String] = [:]
    for (path, text) in files { for root in roots { all["\(root)/\(path)"] = text } }
    return all
  }

  static let old = ["index.html": "old home", "a/index.html": "kept", "stale/index.html": "stale"]
  static let new = ["index.html": "new home", "a/index.html": "kept", "b/c/index.html": "added"]

  @Test("output is exactly what was put: stale files and their folders go")
  func exactly() throws {
    let folder = try ScratchFolder()
    _ = try Self.publish(Self.old, in: folder.path)
    #expect(try Self.content(folder.path) == Self.expected(Self.old))
    _ = try Self.publish(Self.new, in: folder.path)
    #expect(try Self.content(folder.path) == Self.expected(Self.new))
    #expect(!Files.exists("\(folder.path)/public/stale"))
  }

  @Test("unchanged files are linked, not written")
  func linked() throws {
    let folder = try ScratchFolder()
    _ = try Self.publish(Self.old, in: folder.path)
    let counts = try Self.publish(Self.new, in: folder.path)
    #expect(counts.linked == 2 && counts.written == 4)
  }

  @Test("a file that somebody changed by hand is written anew")
  func touched() throws {
    let folder = try ScratchFolder()
    _ = try Self.publish(Self.old, in: folder.path)
    try Files.write("kepT", to: "\(folder.path)/public/a/index.html")
    _ = try Self.publish(Self.old, in: folder.path)
    #expect(try Self.content(folder.path) == Self.expected(Self.old))
  }

  @Test(
    "cut short after any step, the next start finds one whole site and a build ends well",
    arguments: [
      .treeComplete, .synced, .intentWritten, .swapped("public"), .swapped("private/maison/gold"),
      .manifestStored, .intentRemoved,
    ] as [PublishStep])
  func cut(_ step: PublishStep) throws {
    let folder = try ScratchFolder()
    _ = try Self.publish(Self.old, in: folder.path)
    #expect(throws: Cut.self) {
      try Self.publish(Self.new, in: folder.path) { if $0 == step { throw Cut() } }
    }
    let publicNow = try Files.readText("\(folder.path)/public/index.html")
    #expect(["old home", "new home"].contains(publicNow))
    let manifest = try Publisher(project: folder.path, storefront: "main", store: { _ in })
      .recover()
    let isNew = step != .treeComplete && step != .synced
    #expect(try Self.content(folder.path) == Self.expected(isNew ? Self.new : Self.old))
    #expect(manifest?.generation == (isNew ? 2 : 1))
    _ = try Self.publish(Self.new, in: folder.path)
    #expect(try Self.content(folder.path) == Self.expected(Self.new))
  }

  @Test("a root that is no longer wanted goes")
  func vanishedRoot() throws {
    let folder = try ScratchFolder()
    _ = try Self.publish(Self.old, in: folder.path)
    _ = try Self.publish(Self.new, in: folder.path, roots: ["public"])
    #expect(!Files.exists("\(folder.path)/private/maison/gold"))
    #expect(try folder.read("public/index.html") == "new home")
  }

  @Test("at most one old generation is kept")
  func generations() throws {
    let folder = try ScratchFolder()
    for number in 1...4 { _ = try Self.publish(["index.html": "\(number)"], in: folder.path) }
    let names = try Files.list("\(folder.path)/.trumeau/generations/main").filter { Int($0) != nil }
    #expect(names == ["4"])
  }

  @Test("a manifest reads back as it was written; a cut one is none")
  func manifest() {
    let entry = SiteManifest.Entry(
      root: 0, path: "a b/é.html", kind: "page", digest: SHA256Digest(of: "x").bytes, size: 7,
      modified: 12)
    let manifest = SiteManifest(generation: 3, roots: ["public"], secrets: ["ab"], entries: [entry])
    let text = manifest.text().array
    #expect(SiteManifest(reading: text) == manifest)
    #expect(SiteManifest(reading: text.dropLast(3)) == nil)
  }
}
