import BuildComparison
import Liquid
import Testing

@testable import Site

@Suite("A build that measures where its time goes")
struct BuildProfileTests {
  @Test("names every template with the pages that it made, on any number of threads")
  func templates() throws {
    let counts = try [1, 2].map { workers in
      let report = try VirtualSite(SmallHouse.archive)
        .build(.init(workers: workers, measuresTime: true))
      let profile = try #require(report.profile)
      let layout = try #require(profile.templates.first { $0.program.contains("theme.html") })
      #expect(layout.count >= report.pageCount)
      let card = try #require(profile.entries.first { $0.program.contains("card") })
      #expect(card.from.contains("pages/") && card.line == 1)
      #expect(profile.templates.contains { $0.program.contains("sections/header") })
      #expect(profile.lines.allSatisfy { $0.line > 0 && $0.seconds >= 0 })
      return Dictionary(uniqueKeysWithValues: profile.templates.map { ($0.program, $0.count) })
    }
    #expect(counts[0] == counts[1])
  }

  @Test("writes the same site, and without being asked measures nothing")
  func off() throws {
    let site = try VirtualSite(SmallHouse.archive)
    #expect(try site.build().profile == nil)
    let plain = try site.content()
    try site.build(.init(workers: 2, measuresTime: true))
    #expect(try site.content() == plain)
  }
}
