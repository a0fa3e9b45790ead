import Catalog
import Testing

@Suite("Redirects")
struct RedirectTests {
  private typealias Redirect = RedirectTable.Redirect

  private func redirect(_ id: String, _ from: String, _ to: String?) -> Redirect {
    Redirect(from: from, to: to, recordID: id)
  }

  private func table(_ redirects: [Redirect]) -> RedirectTable {
    RedirectTable(redirects) { _ in false }
  }

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
  func chain() {
    let table = table([
      redirect("1", "/a", "/b"), redirect("2", "/b", "/c"), redirect("3", "/c", "/d"),
    ])
    #expect(table.entries.map(\.from) == ["/a", "/b", "/c"])
    #expect(table.entries.allSatisfy { $0.to == "/d" })
    #expect(table.faults.isEmpty)
  }

  @Test("a chain to a page that is gone is gone")
  func gone() {
    let table = table([redirect("1", "/a", "/b"), redirect("2", "/b", nil)])
    #expect(table.entries.map(\.from) == ["/a", "/b"])
    #expect(table.entries.allSatisfy { $0.to == nil })
  }

  @Test("loops are refused, and what leads into one too")
  func loops() {
    let table = table([
      redirect("1", "/a", "/b"), redirect("2", "/b", "/a"), redirect("3", "/c", "/a"),
      redirect("4", "/d", "/d"), redirect("5", "/e", "/f"),
    ])
    #expect(table.entries.map(\.from) == ["/e"])
    #expect(table.faults.map(\.recordID) == ["1", "2", "3", "4"])
    #expect(table.faults[0].path == ["/a", "/b", "/a"])
    #expect(table.faults[2].path == ["/c", "/a", "/b", "/a"])
    #expect(table.faults.allSatisfy { $0.kind == .loop })
  }

  @Test("chains and loops are followed with and without a last slash, and through escapes")
  func forms() {
    let table = table([
      redirect("1", "/a", "/b/"), redirect("2", "/b", "/caf%C3%A9?x=1"),
      redirect("3", "/café/", "/d"), redirect("4", "/e", "/f/"), redirect("5", "/f", "/e#top"),
      redirect("6", "/g", "/g/"),
    ])
    #expect(table.entries.map(\.from) == ["/a", "/b", "/café/"])
    #expect(table.entries.map(\.to) == ["/d?x=1", "/d?x=1", "/d"])
    #expect(table.faults.map(\.recordID) == ["4", "5", "6"])
  }

  @Test("a redirect that begins at a page is left out, and a chain ends there")
  func shadowed() {
    let table = RedirectTable([
      redirect("1", "/a", "/b"), redirect("2", "/b", "/c"), redirect("3", "/d", nil),
      Redirect(from: "/e", to: "/a", recordID: nil),
    ]) { ["/b", "/d", "/e"].contains($0) }
    #expect(table.entries == [redirect("1", "/a", "/b")])
    #expect(table.faults.map(\.kind) == [.shadowed, .shadowed])
    #expect(table.faults.map(\.path) == [["/b", "/c"], ["/d"]])
  }

  @Test("a second redirect of the same address and language is left out and told")
  func duplicates() throws {
    let (records, faults) = RedirectTable.distinct([
      try record("2", "/a/", "/c"), try record("1", "/a", "/b"),
      try record("3", "/a", "/d", locale: "fr"),
    ])
    #expect(records.map(\.to) == ["/b", "/d"])
    #expect(faults.map(\.kind) == [.duplicate])
    #expect(faults.map(\.recordID) == ["2"])
  }

  @Test("a redirect that begins at a question is left out and told")
  func question() throws {
    let (records, faults) = RedirectTable.distinct([
      try record("1", "/a?x=1", "/b"), try record("2", "/a", "/c"),
    ])
    #expect(records.map(\.id) == ["2"])
    #expect(faults.map(\.kind) == [.query])
  }
}
