import Bytes
import Testing

@Suite("Tapes")
struct TapeTests {
  private func sample() -> Tape {
    var builder = TapeBuilder()
    builder.beginObject()
    builder.key("title")
    builder.append("Carré")
    builder.key("tags")
    builder.beginArray()
    builder.append("silk")
    builder.append(90)
    builder.end()
    builder.key("gift")
    builder.append(true)
    builder.end()
    return builder.finish()
  }

  @Test("members are found by name and elements by index")
  func navigation() {
    let value = sample().value
    #expect(value["title"]?.string == "Carré")
    #expect(value["tags"]?.children.map(\.kind) == [.string, .integer])
    #expect(value["tags"]?.children[1].integer == 90)
    #expect(value["gift"]?.boolean == true)
    #expect(value["nothing"] == nil)
    #expect(value.members.map(\.name) == ["title", "tags", "gift"])
  }

  @Test("a value is copied into another tape with its keys")
  func copy() {
    let source = sample()
    var builder = TapeBuilder()
    builder.beginObject()
    builder.key("product")
    builder.append(source.value)
    builder.end()
    let copy = builder.finish()
    #expect(copy.value["product"]?["tags"]?.children[0].string == "silk")
  }

  @Test("whole numbers keep all 64 bits")
  func integers() {
    for number in [Int64.min, -1, 0, 1, .max] {
      var builder = TapeBuilder()
      builder.append(number)
      #expect(builder.finish().value.integer == number)
    }
  }
}
