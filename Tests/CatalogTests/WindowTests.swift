import Bytes
import Catalog
import Testing

@Suite("Windows")
struct WindowTests {
  private let from = Instant(seconds: 1_000)
  private let until = Instant(seconds: 2_000)

  @Test("the first instant is within and the last is not")
  func borders() {
    let window = Window(from: from, until: until)
    #expect(!window.contains(Instant(microseconds: from.microseconds - 1)))
    #expect(window.contains(from))
    #expect(window.contains(Instant(microseconds: until.microseconds - 1)))
    #expect(!window.contains(until))
  }

  @Test("a missing border is open")
  func open() {
    #expect(Window.always.contains(Instant(microseconds: .min)))
    #expect(Window(from: from).contains(Instant(microseconds: .max)))
    #expect(!Window(until: until).contains(until))
  }

  @Test("the next border is the next one to come, and none after the last")
  func next() {
    let window = Window(from: from, until: until)
    #expect(window.nextBorder(after: Instant(seconds: 0)) == from)
    #expect(window.nextBorder(after: from) == until)
    #expect(window.nextBorder(after: until) == nil)
  }

  @Test("an empty window contains nothing")
  func empty() {
    #expect(!Window(from: from, until: from).contains(from))
  }

  @Test("summer time moves no border: the same instant in another offset is the same border")
  func summerTime() throws {
    let winter = try Make.list("a", extra: #","from":"2026-10-25T02:30:00+01:00""#)
    let summer = try Make.list("b", extra: #","from":"2026-10-25T02:30:00+02:00""#)
    let utc = try Make.list("c", extra: #","from":"2026-10-25T01:30:00Z""#)
    #expect(winter.window == utc.window)
    let apart = try #require(winter.window.from).seconds - #require(summer.window.from).seconds
    #expect(apart == 3_600)
  }

  @Test("a window that ends before it begins is refused")
  func backwards() {
    let error = #expect(throws: CatalogError.self) {
      try Make.list(
        "a", extra: #","from":"2026-02-01T00:00:00Z","until":"2026-01-01T00:00:00Z""#)
    }
    #expect(error?.pointer == "/attributes/until")
    #expect(error?.code == .range)
  }
}
