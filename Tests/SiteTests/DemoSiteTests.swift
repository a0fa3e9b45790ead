import BuildComparison
import Bytes
import Diagnostics
import Formats
import Machine
import Storefront
import Support
import Testing

@testable import Site

@Suite("The demo site")
struct DemoSiteTests {
  @Test("builds without a finding, and the planted product is nowhere but in its tier's root")
  func demo() throws {
    let repository = SharedFolder.repository
    let site = try VirtualSite(
      repository: repository, parts: ["templates", "content", "storefronts"],
      seed: "demo/catalogue.jsonl")
    let report = try site.build()
    let errors = report.diagnostics.filter { $0.code != "media.missing" }
    #expect(errors.map(\.message) == [])
    #expect(report.roots.map(\.path).first == "public")
    let words = try Files.readText("\(repository)/demo/canary.txt").split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.flatMap { $0.split(separator: " ") }.map(String.init)
      .filter { $0.contains("uixoberyl") || $0.contains("antrasse") || $0.hasPrefix("ZQX") }
    #expect(!words.isEmpty)
    var found: Set<String> = []
    for (path, bytes) in try site.content() {
      let text = String(decoding: bytes, as: UTF8.self)
      if words.contains(where: { text.contains($0) }) { found.insert(path) }
    }
    #expect(found.allSatisfy { $0.hasPrefix("private/main/atelier/") })
    #expect(!found.isEmpty)
    // A reader that finds a name twice in one object reads none of it.
    for (path, bytes) in try site.content() where path.hasPrefix("public/en-eu/products/") {
      for text in Self.structuredData(bytes) {
        let tape = try? JSON.parse(text)
        #expect(tape != nil, "\(path)")
      }
    }
  }

  /// What stands in the elements of structured data of a page.
  private static func structuredData(_ page: [UInt8]) -> [[UInt8]] {
    let marker = Array("<script type=\"application/ld+json\">".utf8)
    return page.withUnsafeBytes { page in
      var found: [[UInt8]] = []
      var position = 0
      while let start = marker.withUnsafeBytes({ page.offset(of: $0, from: position) }) {
        position = start + marker.count
        found.append(Array(page[position...].prefix { $0 != UInt8(ascii: "<") }))
      }
      return found
    }
  }
}
