import Bytes
import Testing

@Suite("Escaping")
struct EscapeTests {
  private func markup(_ text: String) -> String {
    var buffer = ByteBuffer()
    buffer.append(escapingMarkup: text)
    return buffer.string
  }

  @Test("the five characters of markup become entities wherever they stand")
  func fiveCharacters() {
    #expect(markup("a<b>&\"c'") == "a&lt;b&gt;&amp;&quot;c&#39;")
    for position in 0..<20 {
      var letters = Array(repeating: "é", count: 20)
      letters[position] = "<"
      let text = letters.joined()
      #expect(markup(text) == text.replacing("<", with: "&lt;"))
    }
  }

  @Test("JSON inside a script element cannot end it")
  func script() {
    var buffer = ByteBuffer()
    buffer.append(jsonString: "</script>\u{2028}\u{1}\"€", insideScript: true)
    #expect(buffer.string == #""\u003c/script\u003e\u2028\u0001\"€""#)
  }

  @Test("percent-encoding keeps what RFC 3986 calls unreserved")
  func percent() {
    var buffer = ByteBuffer()
    buffer.append(percentEncoding: "a/é z~", keepingSlash: true)
    #expect(buffer.string == "a/%C3%A9%20z~")
  }

  @Test("every byte is escaped at every place as byte by byte", arguments: [false, true])
  func escapeAnywhere(insideScript: Bool) {
    let specials: [[UInt8]] =
      (0..<0x80).map { [$0] } + [[0xE2, 0x80, 0xA8], [0xE2, 0x80, 0xA9], [0xE2, 0x82, 0xAC]]
    for special in specials {
      let alone = escaped(special, insideScript)
      for place in 0..<18 {
        let before = [UInt8](repeating: 0x61, count: place)
        let after = [UInt8](repeating: 0x7A, count: 17 - place)
        #expect(
          escaped(before + special + after, insideScript) == before + alone + after,
          "\(special) at \(place)")
      }
    }
  }

  private func escaped(_ bytes: [UInt8], _ insideScript: Bool) -> [UInt8] {
    var buffer = ByteBuffer()
    bytes.withUnsafeBytes { buffer.append(escapingJSON: $0, insideScript: insideScript) }
    return buffer.array
  }

  @Test("bytes are found where they are, from any place on")
  func search() {
    let text = Array("/media/a /media/b".utf8)
    text.withUnsafeBytes { text in
      Array("/media/".utf8).withUnsafeBytes { wanted in
        #expect(text.offset(of: wanted) == 0)
        #expect(text.offset(of: wanted, from: 1) == 9)
        #expect(text.offset(of: wanted, from: 10) == nil)
        #expect(text.offset(of: wanted, from: 17) == nil)
        #expect(text.offset(of: wanted, from: 18) == nil)
      }
    }
  }
}
