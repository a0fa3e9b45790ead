import BuildComparison
import Bytes
import Machine
import Support
import Testing

@testable import Site

@Suite("A rollback puts back the site as it was published before")
struct RollbackTests {
  struct Cut: Error {}

  /// How the last build published.
  enum Way: String, CaseIterable {
    case patch, generation
  }

  /// A built house and a change that is published in that way.
  static func change(_ houses: TwoHouses, _ way: Way) throws {
    switch way {
    case .patch: try houses.take(houses.shop.retitle())
    case .generation:
      try houses.one.folder.write(
        "templates/pages/404.html.liquid", "<h1>\(houses.shop.random.below(1 << 40))</h1>")
    }
    let report = try houses.one.build()
    #expect((report.extent == .update) == (way == .patch))
  }

  static func isEqual(_ one: PublishedSite, _ other: PublishedSite) -> Bool {
    one.differences(since: other).isEmpty
  }

  @Test("files, manifest, tables and record, byte for byte; once", arguments: Way.allCases)
  func puts(_ way: Way) throws {
    let houses = try TwoHouses(seed: 11)
    let site = houses.one
    try site.build()
    let before = try PublishedSite(site)
    try Self.change(houses, way)
    let changed = try PublishedSite(site)
    #expect(!Self.isEqual(before, changed))
    let dry = try #require(try site.rollBack(isDry: true))
    #expect(try Self.isEqual(PublishedSite(site), changed))
    let report = try #require(try site.rollBack())
    #expect(report.changes == dry.changes && !report.changes.isEmpty)
    #expect(try Self.isEqual(PublishedSite(site), before))
    #expect(try site.rollBack() == nil)
    #expect(try Self.isEqual(PublishedSite(site), before))
  }

  @Test("the next build builds again what was taken back", arguments: Way.allCases)
  func again(_ way: Way) throws {
    let houses = try TwoHouses(seed: 11)
    let site = houses.one
    try site.build()
    try Self.change(houses, way)
    let changed = try site.content()
    try site.rollBack()
    #expect(try site.build().extent != .nothing)
    #expect(try site.content() == changed)
    #expect(try site.build().extent == .nothing)
    try site.rollBack()
    #expect(try site.content() != changed)
  }

  @Test("a picture that was written over stands as it was published")
  func picture() throws {
    let site = try TwoHouses(seed: 11).one
    func drawing(_ number: Int) -> String {
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"><!--\(number)--></svg>"
    }
    try site.folder.write("media/open.svg", drawing(1))
    try site.build()
    let before = try PublishedSite(site)
    // In place, as many programs save: the file of that name stays the same one.
    try site.folder.write("media/open.svg", drawing(22))
    #expect(try Self.isEqual(PublishedSite(site), before))
    try site.build()
    #expect(try !Self.isEqual(PublishedSite(site), before))
    try site.rollBack()
    #expect(try Self.isEqual(PublishedSite(site), before))
  }

  @Test("a first build cannot be taken back")
  func first() throws {
    let houses = try TwoHouses(seed: 11)
    #expect(try houses.one.rollBack() == nil)
    try houses.one.build()
    #expect(try houses.one.rollBack() == nil)
  }

  @Test("a build that fails leaves what can be taken back")
  func failed() throws {
    let houses = try TwoHouses(seed: 11)
    let site = houses.one
    try site.build()
    let before = try PublishedSite(site)
    try Self.change(houses, .patch)
    try houses.take(houses.shop.retitle())
    #expect(throws: Cut.self) {
      try site.build(after: { if $0 == .treeComplete { throw Cut() } })
    }
    try site.rollBack()
    #expect(try Self.isEqual(PublishedSite(site), before))
  }

  @Test("cut short after any step, the next start finds one whole site", arguments: Way.allCases)
  func cuts(_ way: Way) throws {
    let houses = try TwoHouses(seed: 11)
    let site = houses.one
    try site.build()
    var cut = 0
    while true {
      let before = try PublishedSite(site)
      try Self.change(houses, way)
      let steps = Counter()
      let here = cut
      do {
        try site.rollBack(after: { _ in if steps.next() == here { throw Cut() } })
        #expect(cut > 3)
        break
      } catch is Cut {
        // Ends what was begun; nothing is left to take back.
        #expect(try site.rollBack() == nil)
        #expect(try Self.isEqual(PublishedSite(site), before), "cut at step \(cut)")
        try site.build()
      }
      cut += 1
    }
  }

  @Test(
    "a publication that was cut short and ended later can be taken back", arguments: Way.allCases)
  func recovered(_ way: Way) throws {
    let houses = try TwoHouses(seed: 11)
    let site = houses.one
    try site.build()
    let before = try PublishedSite(site)
    for step in [PublishStep.intentWritten, .manifestStored, .intentRemoved] {
      switch way {
      case .patch: try houses.take(houses.shop.retitle())
      case .generation:
        try site.folder.write("templates/pages/404.html.liquid", "<h1>\(step)</h1>")
      }
      #expect(throws: Cut.self) { try site.build(after: { if $0 == step { throw Cut() } }) }
      try #require(try site.rollBack() != nil, "\(step)")
      #expect(try Self.isEqual(PublishedSite(site), before), "\(step)")
    }
  }
}
