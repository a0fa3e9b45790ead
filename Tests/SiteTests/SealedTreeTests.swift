import BuildComparison
import Bytes
import Diagnostics
import Machine
import Settings
import Storefront
import Support
import Synchronization
import Testing

@testable import Site

@Suite("A sealed tree")
struct SealedTreeTests {
  struct Cut: Error {}

  static let path = "sealed/main/gold"

  /// The small house with its only tier sealed.
  static func house() throws -> VirtualSite {
    let site = try VirtualSite(SmallHouse.archive)
    try gate(site, "sealed")
    return site
  }

  static func gate(_ site: VirtualSite, _ mode: String) throws {
    let settings = try site.read("storefronts/main.yaml")
    let lines = settings.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("gating:") }
    try site.folder.write(
      "storefronts/main.yaml", lines.joined(separator: "\n") + "gating: \(mode)\n")
  }

  @discardableResult
  static func build(
    _ site: VirtualSite, seed: UInt64 = 1, isFull: Bool = false,
    after step: @escaping @Sendable (PublishStep) throws -> Void = { _ in }
  ) throws -> SealedReport? {
    let project = try Project.load(from: site.path, sink: DiagnosticSink())
    var build = SiteBuild(
      project: project, options: .init(workers: 2, isFull: isFull), time: site.clock)
    build.random = SeededRandom(seed: seed)
    build.afterSealingStep = step
    return try #require(try build.run().first).sealed
  }

  static func keys(_ site: VirtualSite) throws -> TierKeys {
    try #require(
      try TierKeyStore(project: site.path).keys(storefront: "main", tier: "gold"))
  }

  static func rotate(_ site: VirtualSite, everything: Bool = false) throws {
    var keys = try keys(site)
    keys.rotate(at: site.clock.now, random: SeededRandom(seed: 99), everything: everything)
    try TierKeyStore(project: site.path).keep(keys)
  }

  /// What a holder of the keys finds in the tree, by address; everything must open.
  static func opened(_ site: VirtualSite) throws -> [String: [UInt8]] {
    let keys = try keys(site)
    let tree = try site.content([path])
    var found: [String: [UInt8]] = [:]
    for file in try Files.walk("\(site.path)/private/main/gold") {
      guard let bytes = tree["\(path)/\(keys.name(of: file))"] else { continue }
      let epoch = try #require(SealedFile.epoch(of: bytes))
      let seal = try #require(SealedFile(keys, epoch: epoch))
      let plain = try #require(seal.opened(bytes, address: file), "\(file)")
      found[file] = plain
    }
    return found
  }

  /// Checks that the tree holds what the root in clear text holds, and nothing else.
  static func checkWhole(_ site: VirtualSite) throws {
    let clear = try site.content(["private/main/gold"])
    let opened = try opened(site)
    for (file, bytes) in opened { #expect(bytes == clear["private/main/gold/\(file)"], "\(file)") }
    let manifest = try #require(
      SiteManifest(reading: Files.read("\(site.path)/.trumeau/generations/main/manifest")))
    let wanted = manifest.entries.filter {
      manifest.roots[$0.root] == "private/main/gold" && !SealedWork.skipped.contains($0.kind)
    }
    #expect(opened.count > 30 && Set(wanted.map(\.path)) == Set(opened.keys))
    let sealed = try site.content([path]).keys.filter { $0.hasSuffix(".bin") }
    #expect(sealed.count == opened.count)
  }

  static func checkEqual(_ one: VirtualSite, _ other: VirtualSite) throws {
    let (left, right) = (try one.content([path]), try other.content([path]))
    #expect(left == right)
  }

  @Test("holds every page and picture of the tier, opened by its keys alone")
  func whole() throws {
    let site = try Self.house()
    let report = try #require(try Self.build(site))
    try Self.checkWhole(site)
    let found = try Self.opened(site).count
    #expect(report.trees.first?.fileCount == found)
    #expect(report.sealedCount == report.trees.first?.fileCount)
    let opened = try Self.opened(site)
    #expect(opened["en-eu/products/velvet-ombre/index.html"] != nil)
    #expect(opened["media/velvet-front.svg"] != nil)
  }

  @Test("tells nothing that is private: not in names, not in the shell, not in any byte")
  func tellsNothing() throws {
    let site = try Self.house()
    try Self.build(site)
    let keys = try Self.keys(site)
    let tree = try site.content([Self.path])
    for (file, bytes) in tree {
      let text = String(decoding: bytes, as: UTF8.self)
      for secret in ["velvet", "Velvet", "VELVET-77", "399.15", "Cabinet", keys.keyText] {
        #expect(!text.contains(secret) && !file.contains("velvet"), "\(secret) in \(file)")
      }
    }
    #expect(
      Set(tree.keys.map { Path.name(of: $0) }.filter { !$0.hasSuffix(".bin") })
        .contains("index.html"))
  }

  @Test(
    "the shell has the languages of the storefront that the theme has words in, the usual one first"
  )
  func languages() throws {
    let site = try Self.house()
    let path = "templates/locales/fr.json"
    let words = try site.read(path)
    try site.folder.write(
      path,
      words.replacing(
        "{", with: "{ \"sealed\": { \"title\": \"Vue privée\", \"wrong\": \"« Non »\" },",
        maxReplacements: 1))
    try Self.build(site)
    let page = try site.read("\(Self.path)/index.html")
    let parts = page.split(separator: "<template lang=\"fr\" title=\"Vue privée — ")
    try #require(parts.count == 2)
    #expect(parts[0].contains("<html lang=\"en\">") && !parts[0].contains("Vue privée"))
    let french = try #require(parts[1].split(separator: "</template>").first)
    #expect(french.contains("<h1>Vue privée</h1>") && french.contains("data-wrong=\"« Non »\""))
    #expect(parts[1].split(separator: "<body>").last?.contains("<h1>A private view</h1>") == true)
    // Without words of the theme there is nothing to choose from.
    try site.folder.write(path, words)
    try Self.build(site)
    #expect(!(try site.read("\(Self.path)/index.html").contains("<template")))
  }

  @Test("the script of the shell is small, and all it needs stands in the tree")
  func shell() throws {
    let site = try Self.house()
    try Self.build(site)
    let page = try site.read("\(Self.path)/index.html")
    let script = try #require(page.firstRange(of: "src=\"")).upperBound
    let name = page[script...].prefix { $0 != "\"" }
    let code = try site.read("\(Self.path)/\(name)")
    #expect(code.utf8.count <= 10_000)
    #expect(page.contains("<script defer") && page.contains("noscript"))
    // The name of SVG's elements is no address that anybody asks.
    let asked = code.replacing("http://www.w3.org/2000/svg", with: "")
    #expect(!page.contains("src=\"http") && !asked.contains("http://"))
  }

  @Test("the same inputs and keys give the same bytes, and a build without changes seals nothing")
  func deterministic() throws {
    let one = try Self.house()
    let other = try Self.house()
    try Self.build(one)
    try Self.build(other)
    try Self.checkEqual(one, other)
    let again = try #require(try Self.build(one))
    #expect(again.sealedCount == 0 && again.removedCount == 0)
    let full = try #require(try Self.build(one, isFull: true))
    #expect(full.sealedCount == 0)
    try Self.checkEqual(one, other)
  }

  @Test("what changed is sealed again and no more, as a full build would; what is gone goes")
  func incremental() throws {
    let one = try Self.house()
    try Self.build(one)
    let count = try Self.opened(one).count
    let other = try Self.house()
    for site in [one, other] {
      try site.folder.write("content/pages/about.md", BuildFailureTests.page("Another text."))
    }
    let report = try #require(try Self.build(one))
    #expect(report.sealedCount > 0 && report.sealedCount < count / 4)
    try Self.build(other)
    try Self.checkEqual(one, other)
    try Files.remove("\(one.path)/content/pages/about.md")
    let last = try #require(try Self.build(one))
    #expect(last.removedCount > 0)
    try Self.checkWhole(one)
  }

  @Test("a file that is swapped, cut or taken from another epoch does not open")
  func bound() throws {
    let site = try Self.house()
    try Self.build(site)
    let keys = try Self.keys(site)
    let seal = try #require(SealedFile(keys, epoch: 1))
    let address = "en-eu/products/velvet-ombre/index.html"
    let bytes = try Files.read("\(site.path)/\(Self.path)/\(keys.name(of: address))")
    #expect(seal.opened(bytes, address: address) != nil)
    #expect(seal.opened(bytes, address: "en-eu/index.html") == nil)
    #expect(seal.opened(Array(bytes.dropLast(7)), address: address) == nil)
    var changed = bytes
    changed[30] ^= 1
    #expect(seal.opened(changed, address: address) == nil)
    var later = keys
    later.rotate(at: site.clock.now, random: SeededRandom(seed: 5), everything: false)
    let second = try #require(SealedFile(later, epoch: 2))
    #expect(second.opened(bytes, address: address) == nil)
  }

  @Test("a new epoch publishes one small file; what changes from then on is under its content key")
  func rotation() throws {
    let site = try Self.house()
    try Self.build(site)
    let before = try site.content([Self.path])
    let old = try Self.keys(site)
    try Self.rotate(site)
    let report = try #require(try Self.build(site))
    #expect(report.sealedCount == 0)
    let after = try site.content([Self.path])
    let different = after.filter { before[$0.key] != $0.value }.map(\.key)
    #expect(different == ["\(Self.path)/keys.json"])
    let kept = try Self.keys(site).text
    #expect(!kept.contains(TierKeys.letters(old.key)))
    try site.folder.write("content/pages/about.md", BuildFailureTests.page("Another text."))
    let changed = try #require(try Self.build(site))
    let tree = try #require(changed.trees.first)
    #expect(tree.epoch == 2 && tree.earlierCount == tree.fileCount - changed.sealedCount)
    // Whoever kept the first content key cannot read what is new.
    let name = old.name(of: "en-eu/about/index.html")
    let bytes = try Files.read("\(site.path)/\(Self.path)/\(name)")
    #expect(SealedFile.epoch(of: bytes) == 2)
    let former = try #require(SealedFile(old, epoch: 1))
    #expect(former.opened(bytes, address: "en-eu/about/index.html") == nil)
    try Self.checkWhole(site)
  }

  @Test("sealing everything anew leaves no name and no byte of the earlier epoch")
  func rotateAll() throws {
    let site = try Self.house()
    try Self.build(site)
    let before = try site.content([Self.path]).filter { $0.key.hasSuffix(".bin") }
    try Self.rotate(site, everything: true)
    try Self.build(site)
    let after = try site.content([Self.path])
    #expect(Set(after.keys).isDisjoint(with: before.keys))
    try Self.checkWhole(site)
  }

  @Test("padding leaves few sizes and adds at most an eighth")
  func padding() {
    var sizes: Set<Int> = []
    for size in 257...100_000 {
      let padded = SealedFile.paddedSize(size)
      #expect(padded >= size && padded <= size + size / 8)
      sizes.insert(padded)
    }
    #expect(sizes.count < 200)
  }

  @Test(
    "cut short after any step, the old tree stands whole or the new, and the next build ends well",
    arguments: 0..<14, [false, true])
  func cuts(_ step: Int, _ isLarge: Bool) throws {
    let site = try Self.house()
    try Self.build(site)
    if isLarge { try Self.rotate(site, everything: true) }
    try site.folder.write("content/pages/about.md", BuildFailureTests.page("Another text."))
    let counter = Counter()
    do {
      try Self.build(site) { _ in if counter.next() == step { throw Cut() } }
    } catch is Cut {}
    try Self.build(site)
    try Self.checkWhole(site)
    let project = try Project.load(from: site.path, sink: DiagnosticSink())
    let manifest = try #require(
      SiteManifest(reading: Files.read("\(site.path)/.trumeau/generations/main/sealed/manifest")))
    #expect(project.storefronts.count == 1)
    let standing = Set(try site.content([Self.path]).keys)
    #expect(Set(manifest.entries.map { "\(Self.path)/\($0.path)" }) == standing)
  }

  @Test("a file that somebody removed or changed is sealed again")
  func touched() throws {
    let site = try Self.house()
    try Self.build(site)
    let before = try site.content([Self.path])
    let name = try Self.keys(site).name(of: "en-eu/about/index.html")
    try Files.write("x", to: "\(site.path)/\(Self.path)/\(name)")
    try Self.build(site)
    #expect(try site.content([Self.path]) == before)
    try Files.remove("\(site.path)/\(Self.path)/keys.json")
    try Self.build(site)
    #expect(try site.content([Self.path]) == before)
  }

  @Test("goes when the tier is not sealed any more")
  func vanishes() throws {
    let site = try Self.house()
    try Self.build(site)
    try Self.gate(site, "teaser")
    try Self.build(site)
    #expect(!site.exists("\(Self.path)/index.html"))
  }

  @Test("a shell that names what is private is not published")
  func leakingShell() throws {
    let site = try Self.house()
    try site.folder.write("templates/sealed/style.css", "/* for VELVET-77 */\n")
    let error = try #require(throws: LeakError.self) { try Self.build(site) }
    #expect(error.leaks.allSatisfy { $0.file.hasPrefix(Self.path) })
    #expect(!site.exists("\(Self.path)/index.html"))
  }

  @Test("keys are in files for their owner alone, and one that others may read is refused")
  func keyFiles() throws {
    let site = try Self.house()
    try Self.build(site)
    let store = TierKeyStore(project: site.path)
    let path = store.path(storefront: "main", tier: "gold")
    #expect(Files.information(path)?.permissions == 0o600)
    #expect(Files.information(Path.folder(of: path))?.permissions == 0o700)
    #expect(try site.read(".trumeau/keys/.gitignore") == "*\n")
    let text = try Files.readText(path)
    try Files.remove(path)
    try Files.write(text, to: path)
    let error = try #require(throws: SiteError.self) { try Self.build(site) }
    #expect(error.code == .keys)
    try Files.makePrivate(path)
    try Files.write("{}", to: path)
    #expect(throws: SiteError.self) { try Self.build(site) }
  }

  /// Counts calls from any thread.
  final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    func next() -> Int { count.wrappingAdd(1, ordering: .relaxed).oldValue }
  }
}
