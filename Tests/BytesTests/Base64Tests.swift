import Bytes
import Testing

@Suite("Base64")
struct Base64Tests {
  @Test(
    "the examples of RFC 4648 go both ways",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
  func examples(_ plain: String, _ text: String) {
    #expect(Base64.encode(Array(plain.utf8)) == text)
    #expect(Base64.decode(text) == Array(plain.utf8))
  }

  @Test("addresses have letters of their own and need no padding")
  func addresses() {
    #expect(Base64.encode([0xFB, 0xFF], isURL: true) == "-_8=")
    #expect(Base64.decode("-_8", isURL: true) == [0xFB, 0xFF])
    #expect(Base64.decode("-_8=") == nil)
  }

  @Test(
    "what is none is refused",
    arguments: ["Z", "Zg", "Zg=", "Zh==", "Zm9v=", "Zm9v====", "Z m9", "Zm9v\n"])
  func malformed(_ text: String) { #expect(Base64.decode(text) == nil) }
}
