import Bytes
import Formats
import Machine
import Support
import Testing

@testable import Site

@Suite("Cards are read as they were made")
struct CardStoreTests {
  @Test(
    "from memory, from the file, and from both",
    arguments: [0, 700, 1 << 20])
  func roundTrip(memoryLimit: Int) throws {
    let scratch = try ScratchFolder()
    let store = try CardStore(
      folder: scratch.path, viewCount: 2, productCount: 9, memoryLimit: memoryLimit)
    for view in 0..<2 {
      var batch = CardStore.Batch()
      for product in 0..<8 where product != 3 {
        batch.add(try JSON.parse(text(view, product)), view: view, product: product)
        if product % 3 == 2 { try store.flush(&batch) }
      }
      try store.flush(&batch)
    }
    for view in 0..<2 {
      for product in 0..<8 where product != 3 {
        let card = try #require(store.card(view: view, product: product))
        #expect(JSON.text(card.value) == text(view, product))
        var builder = TapeBuilder()
        builder.beginArray()
        builder.append("before")
        store.append(view: view, product: product, to: &builder)
        store.append(view: view, product: 3, to: &builder)
        builder.end()
        #expect(JSON.text(builder.finish().value) == #"["before",\#(text(view, product))]"#)
      }
      #expect(store.card(view: view, product: 3) == nil)
      #expect(store.card(view: view, product: 8) == nil)
    }
    #expect(try Files.list(scratch.path).isEmpty, "the file has no name")
  }

  private func text(_ view: Int, _ product: Int) -> String {
    let name = String(repeating: "é", count: product)
    return
      #"{"id":"p\#(product)","view":\#(view),"images":[{"src":"/m/\#(name).jpg"}],"ratio":0.8000}"#
  }
}

@Suite("The beginning of a text")
struct ExcerptTests {
  private static let words = "one two, three. four; five six seven eight nine ten "

  @Test(
    "is cut the same with and without letters of more than one byte",
    arguments: [0, 5, 100, 158, 159, 160, 161, 162, 170, 300])
  func cut(length: Int) {
    let plain = String(String(repeating: Self.words, count: 8).prefix(length))
    let accented = plain.replacing("e", with: "é")
    let expected = PageMaker.excerpt(accented).replacing("é", with: "e")
    #expect(PageMaker.excerpt(plain) == expected)
    #expect(PageMaker.excerpt(plain + "\nmore") == PageMaker.excerpt(plain))
  }

  @Test("a word longer than the excerpt is cut within")
  func longWord() {
    let text = String(repeating: "a", count: 300)
    #expect(PageMaker.excerpt(text) == String(repeating: "a", count: 160) + "…")
  }
}
