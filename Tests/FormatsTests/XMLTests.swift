import Bytes
import Formats
import Machine
import Support
import Testing

@Suite("XML documents")
struct XMLTests {
  /// Events as one line each.
  private func events(_ text: String) throws -> [String] {
    var lines: [String] = []
    try XMLReader.read(text) { event, position in
      switch event {
      case .start(let name, let attributes):
        let pairs = attributes.map { " \($0.name.qualified)=\($0.value)" }.joined()
        lines.append("<\(name.qualified)\(pairs)> \(position.line)")
      case .end(let name): lines.append("</\(name.qualified)>")
      case .text(let bytes): lines.append(String(decoding: bytes, as: UTF8.self))
      }
    }
    return lines
  }

  @Test("elements, attributes and text are escaped and indented")
  func writer() {
    var xml = XMLWriter()
    xml.declaration()
    xml.start("rss")
    xml.attribute("version", "2.0")
    xml.attribute("title", "a \"b\" <c>\n")
    xml.element("g:title", "Sac & <cuir> d’été 日本")
    xml.element("empty", "")
    xml.start("none")
    xml.end()
    xml.end()
    #expect(
      xml.finish().string == """
        <?xml version="1.0" encoding="UTF-8"?>
        <rss version="2.0" title="a &quot;b&quot; &lt;c&gt;&#10;">
          <g:title>Sac &amp; &lt;cuir&gt; d’été 日本</g:title>
          <empty></empty>
          <none/>
        </rss>

        """)
  }

  @Test("characters that XML forbids are left out and counted")
  func illegal() {
    var xml = XMLWriter(isIndented: false)
    xml.start("t")
    xml.text("a\u{0}b\u{B}c\u{FFFE}d\tе\n")
    ([0x78, 0xFF, 0xC3, 0x79] as [UInt8]).withUnsafeBytes { xml.text($0) }
    #expect(xml.cleanedCount == 5)
    xml.end()
    #expect(xml.finish().string == "<t>abcd\tе\nx\u{FFFD}\u{FFFD}y</t>")
  }

  @Test("a document is handed out in pieces while it is written")
  func drain() {
    var xml = XMLWriter(isIndented: false)
    var out = ByteBuffer()
    xml.start("urlset")
    for index in 0..<3 {
      xml.element("loc", "\(index)")
      xml.drain { out.append($0) }
      #expect(xml.pendingCount == 0)
    }
    xml.end()
    xml.drain { out.append($0) }
    #expect(out.string == "<urlset><loc>0</loc><loc>1</loc><loc>2</loc></urlset>")
    #expect(xml.count == out.count)
  }

  @Test("any text comes back from a written document as it went in")
  func property() throws {
    let seed = SystemRandom().bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let random = SeededRandom(seed: seed)
    for round in 0..<300 {
      var view = String.UnicodeScalarView()
      for _ in 0..<random.below(40) {
        let limit: UInt64 = random.below(2) == 0 ? 0x80 : 0x11_0000
        if let scalar = Unicode.Scalar(UInt32(random.next() % limit)), XMLText.allows(scalar) {
          view.append(scalar)
        }
      }
      let text = String(view)
      var xml = XMLWriter()
      xml.start("a")
      xml.attribute("b", text)
      xml.text(text)
      xml.end()
      #expect(xml.cleanedCount == 0)
      var read = ByteBuffer()
      var attribute: String?
      try XMLReader.read(xml.finish().string) { event, _ in
        if case .text(let bytes) = event { read.append(bytes) }
        if case .start(_, let attributes) = event { attribute = attributes.first?.value }
      }
      // Scalars, not characters: String equality would hide a change of normal form.
      let same = Array(read.string.unicodeScalars) == Array(text.unicodeScalars)
      #expect(same, "seed \(seed), round \(round)")
      #expect(attribute.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
    }
  }

  @Test("namespaces, references, CDATA and lines are read")
  func reader() throws {
    let text = """
      <rss xmlns:g="http://base.google.com/ns/1.0">
      <g:id a="x&amp;y&lt;">A&#38;B<![CDATA[<c>]]></g:id></rss>
      """
    let found = try events(text)
    #expect(found.first == "<rss> 1")
    #expect(found.contains("<g:id a=x&y<> 2"))
    #expect(found.filter { !$0.hasPrefix("<") || $0 == "<c>" }.joined() == "\nA&B<c>")
  }

  @Test(
    "what is not well-formed or declares a document type is refused",
    arguments: [
      "<a>", "<a></b>", "<a>&nbsp;</a>", "<a b=1/>", "", "x", "<a/><b/>",
      "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
      "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
      "<a>\u{1}</a>",
    ])
  func refused(_ text: String) {
    #expect(throws: FormatError.self) { try events(text) }
  }

  @Test("nesting beyond 100 is refused")
  func depth() {
    let deep = String(repeating: "<a>", count: 101) + String(repeating: "</a>", count: 101)
    #expect(throws: FormatError.self) { try events(deep) }
    #expect(throws: Never.self) { try events(String(deep.dropFirst(3).dropLast(4))) }
  }

  @Test("an error thrown while reading stops the reader and comes out")
  func stop() {
    struct Enough: Error {}
    #expect(throws: Enough.self) {
      try XMLReader.read("<a><b/><c/></a>") { event, _ in
        if case .start(let name, _) = event, name.local == "b" { throw Enough() }
      }
    }
  }

  @Test("a gzip file is read through gzip")
  func gzipFile() throws {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/feed.xml.gz"
    var writer = try GzipFileWriter(creating: path)
    let items = String(repeating: "<item>été</item>", count: 200_000)
    let document = ByteBuffer.holding("<rss>\(items)</rss>")
    try writer.write(document)
    try writer.finish()
    var count = 0
    try XMLReader.read(file: path) { event, _ in
      if case .end(let name) = event, name.local == "item" { count += 1 }
    }
    #expect(count == 200_000)
  }
}

extension ByteBuffer {
  /// A buffer that holds a text.
  static func holding(_ text: String) -> ByteBuffer {
    var buffer = ByteBuffer()
    buffer.append(text)
    return buffer
  }
}
