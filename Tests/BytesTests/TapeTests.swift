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

  @Test("a whole tape is copied at once and reads as it did")
  func wholeCopy() {
    let source = sample()
    var builder = TapeBuilder()
    builder.beginObject()
    builder.key("before")
    builder.append("something")
    builder.key("product")
    builder.append(whole: source)
    builder.key("after")
    builder.append(1)
    builder.end()
    let copy = builder.finish().value
    #expect(copy["product"]?["title"]?.string == "Carré")
    #expect(copy["product"]?["tags"]?.children[0].string == "silk")
    #expect(copy["product"]?["tags"]?.children[1].integer == 90)
    #expect(copy["before"]?.string == "something")
    #expect(copy["after"]?.integer == 1)
  }

  @Test("a value that is appended again is the same value under another name")
  func sharing() {
    var builder = TapeBuilder()
    builder.beginObject()
    builder.key("image")
    builder.beginObject()
    builder.key("src")
    builder.append("/media/a.jpg")
    builder.end()
    let image = builder.last
    builder.key("featured_image")
    builder.append(again: image)
    builder.end()
    let tape = builder.finish()
    #expect(tape.value["featured_image"]?["src"]?.string == "/media/a.jpg")
    #expect(tape.value["image"]?["src"]?.string == "/media/a.jpg")
    #expect(tape.cellCount == 4, "one cell of text, two names, one root")
  }

  @Test(
    "the identity of a value does not depend on what stands around it, and on all that is in it")
  func identity() {
    func identities(before: String, key: String, text: String) -> [[UInt8]] {
      var builder = TapeBuilder()
      builder.beginObject()
      builder.key("frame")
      builder.append(before)
      let start = builder.extent
      builder.key("product")
      builder.beginObject()
      builder.key(key)
      builder.append(text)
      builder.key("sizes")
      builder.beginArray()
      builder.append(36)
      builder.append(before.isEmpty)
      builder.end()
      builder.end()
      let span = builder.span(since: start)
      builder.key("behind")
      builder.append(before)
      builder.end()
      let tape = builder.finish()
      var walked = ByteBuffer()
      tape.value["product"]?.appendIdentity(to: &walked)
      var spanned = ByteBuffer()
      tape.appendIdentity(of: span, to: &spanned)
      return [walked.array, spanned.array]
    }
    let one = identities(before: "a", key: "title", text: "Carré")
    #expect(identities(before: "much more before it", key: "title", text: "Carré") == one)
    for other in [
      identities(before: "a", key: "name", text: "Carré"),
      identities(before: "a", key: "title", text: "Carrè"),
      identities(before: "", key: "title", text: "Carré"),
    ] {
      #expect(other[0] != one[0])
      #expect(other[1] != one[1])
    }
  }
}
