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
}
