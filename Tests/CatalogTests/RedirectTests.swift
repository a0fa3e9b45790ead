import Catalog
import Testing

@Suite("Redirects")
struct RedirectTests {
  private func record(_ id: String, _ from: String, _ to: String?, locale: String? = nil) throws
    -> RedirectRecord
  {
    let target = to.map { #""\#($0)""# } ?? "null"
    let language = locale.map { #","locale":"\#($0)""# } ?? ""
    return try RedirectRecord(
      id: id,
      attributes: Make.value(
        #"{"from":"\#(from)","to":\#(target),"status":\#(to == nil ? 410 : 301)\#(language)}"#))
  }

  @Test("a chain is collapsed to its end")
  func chain() throws {
    let table = RedirectTable([
      try record("1", "/a", "/b"), try record("2", "/b", "/c"), try record("3", "/c", "/d"),
    ])
    #expect(table.entries.map(\.from) == ["/a", "/b", "/c"])
    #expect(table.entries.allSatisfy { $0.to == "/d" && $0.status == 301 })
    #expect(table.faults.isEmpty)
  }

  @Test("a chain to a page that is gone is gone")
  func gone() throws {
    let table = RedirectTable([try record("1", "/a", "/b"), try record("2", "/b", nil)])
    #expect(table.entries.map(\.status) == [410, 410])
    #expect(table.entries.allSatisfy { $0.to == nil })
  }

  @Test("loops are refused, and what leads into one too")
  func loops() throws {
    let table = RedirectTable([
      try record("1", "/a", "/b"), try record("2", "/b", "/a"), try record("3", "/c", "/a"),
      try record("4", "/d", "/d"), try record("5", "/e", "/f"),
    ])
    #expect(table.entries.map(\.from) == ["/e"])
    #expect(table.faults.map(\.recordID) == ["1", "2", "3", "4"])
    #expect(table.faults[0].path == ["/a", "/b", "/a"])
    #expect(table.faults.allSatisfy { $0.kind == .loop })
  }

  @Test("chains and loops are followed with and without a last slash, and through escapes")
  func forms() throws {
    let table = RedirectTable([
      try record("1", "/a", "/b/"), try record("2", "/b", "/caf%C3%A9?x=1"),
      try record("3", "/café/", "/d"), try record("4", "/e", "/f/"),
      try record("5", "/f", "/e#top"),
      try record("6", "/g", "/g/"),
    ])
    #expect(table.entries.map(\.from) == ["/a", "/b", "/café/"])
    #expect(table.entries.map(\.to) == ["/d?x=1", "/d?x=1", "/d"])
    #expect(table.faults.map(\.recordID) == ["4", "5", "6"])
  }

  @Test("a second redirect of the same address and language is left out and told")
  func duplicates() throws {
    let table = RedirectTable([try record("2", "/a", "/c"), try record("1", "/a", "/b")])
    #expect(table.entries.map(\.to) == ["/b"])
    #expect(table.faults.map(\.kind) == [.duplicate])
    #expect(table.faults.map(\.recordID) == ["2"])
  }

  @Test("a language's own redirect goes before that for all")
  func languages() throws {
    let table = RedirectTable([
      try record("1", "/a", "/b", locale: "fr"), try record("2", "/b", "/c"),
      try record("3", "/b", "/d", locale: "fr"), try record("4", "/a", "/b"),
    ])
    let french = table.entries.filter { $0.locale == "fr" }
    #expect(french.map(\.to) == ["/d", "/d"])
    let others = table.entries.filter { $0.locale == nil }
    #expect(others.map(\.to) == ["/c", "/c"])
  }
}
