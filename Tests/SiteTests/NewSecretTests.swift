import BuildComparison
import Bytes
import Contract
import Diagnostics
import LocalMirror
import Machine
import Storefront
import Support
import Testing

@testable import Site

@Suite("What becomes private is searched for in outputs that stay")
struct NewSecretTests {
  /// A small house with a page that names a product, built.
  static func house(_ text: String) throws -> VirtualSite {
    let site = try VirtualSite(SmallHouse.archive)
    try site.folder.write("content/pages/about.md", "---\ntitle: About\n---\n\(text)\n")
    try site.build()
    return site
  }

  static func edit(_ site: VirtualSite, _ key: RecordKey, _ edit: FieldEdit) throws {
    let store = try MirrorStore(
      path: "\(site.path)/.trumeau/demo.sqlite", tenant: "demo", clock: site.clock)
    try store.edit(key, [edit], source: .cli)
  }

  @Test("a page that names what is a draft since fails the build, and nothing is published")
  func draft() throws {
    let site = try Self.house("Have a look at the Second Square.")
    let before = try site.content()
    try Self.edit(site, RecordKey(.product, "prd_second"), FieldEdit("status", .text("draft")))
    let leaks = try site.leaks()
    #expect(leaks.contains { $0.file == "public/en-eu/about/index.html" && $0.kind == .title })
    #expect(try site.content() == before)
    #expect(throws: LeakError.self) { try site.build(.init(workers: 2, isFull: true)) }
    try site.folder.write("content/pages/about.md", "---\ntitle: About\n---\nNothing.\n")
    try site.build()
    #expect(!site.exists("public/en-eu/products/second-square/index.html"))
  }

  @Test("an update does it: only what is different is rendered, and all other outputs are searched")
  func update() throws {
    let site = try Self.house("Nothing.")
    try Self.edit(site, RecordKey(.product, "prd_second"), FieldEdit("status", .text("draft")))
    let report = try site.build()
    #expect(report.extent == .update)
    #expect(report.newSecretCount > 0 && report.searchedCount > 10)
    try Self.edit(site, RecordKey(.product, "prd_second"), FieldEdit("status", .text("active")))
    let open = try site.build()
    #expect(open.extent == .update)
    #expect(open.newSecretCount == 0 && open.searchedCount == 0)
  }

  @Test("what nobody makes public any more is private again")
  func lastWitness() throws {
    let site = try VirtualSite(SmallHouse.archive)
    let second = RecordKey(.product, "prd_second")
    try Self.edit(site, second, FieldEdit("title", .text("Velvet Ombré of silk")))
    try site.folder.write("content/pages/about.md", "---\ntitle: About\n---\nVelvet Ombré.\n")
    try site.build()
    try Self.edit(site, second, FieldEdit("title", .text("Second Square")))
    #expect(try site.leaks().contains { $0.file == "public/en-eu/about/index.html" })
  }

  @Test("a new price for members is looked for in every page, and a price alone is an update")
  func price() throws {
    let site = try Self.house("OPEN-SQ-1 costs some €399.25.")
    let price = RecordKey(.price, "prc_open_gold")
    try Self.edit(site, price, FieldEdit("amount", .integer(39_935)))
    let report = try site.build()
    #expect(report.extent == .update)
    #expect(report.newSecretCount == 1 && report.searchedCount > 10)
    try Self.edit(site, price, FieldEdit("amount", .integer(39_925)))
    #expect(
      try site.leaks().contains {
        $0.file == "public/en-eu/about/index.html" && $0.kind == .price
      })
  }
}
