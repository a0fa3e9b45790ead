import Bytes
import Diagnostics
import Formats
import Testing

@testable import Storefront

@Suite("A private value is found wherever it hides in an output")
struct LeakScannerTests {
  static let record = RecordReference(type: "product", id: "prd_hidden", title: "Velvet Ombré 90")

  static func scanner(_ change: (inout SecretBook) -> Void = { _ in }) -> LeakScanner {
    var book = SecretBook()
    book.addSecret("Velvet Ombré 90", .title, of: record)
    book.addSecret("velvet-ombre-90", .handle, of: record)
    book.addSecret("VO-90-NOIR", .sku, of: record)
    book.addSecretImage("/media/velvet-ombre-front.svg", of: record)
    change(&book)
    return LeakScanner(book)
  }

  static func leaks(
    _ text: String, file: String = "index.html", in scanner: LeakScanner = scanner()
  ) -> [Leak] {
    leaks(Array(text.utf8), file: file, in: scanner)
  }

  static func leaks(_ bytes: [UInt8], file: String = "index.html", in scanner: LeakScanner)
    -> [Leak]
  {
    var scratch = LeakScratch()
    return bytes.withUnsafeBytes { scanner.scan(file: file, $0, scratch: &scratch) }
  }

  static func base64(_ text: String) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bytes = Array(text.utf8)
    var result = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = Array(bytes[start..<min(start + 3, bytes.count)])
      let padded = part + [UInt8](repeating: 0, count: 3 - part.count)
      let bits = UInt32(padded[0]) << 16 | UInt32(padded[1]) << 8 | UInt32(padded[2])
      for index in 0..<4 where index <= part.count {
        result.append(letters[Int(bits >> UInt32(18 - index * 6) & 63)])
      }
      result += String(repeating: "=", count: 3 - part.count)
    }
    return result
  }

  @Test(
    "in plain text, attributes, addresses and data of every kind",
    arguments: [
      ("title in alternative text", "<img alt=\"Velvet Ombré 90 seen from the front\">", "plain"),
      ("upper-case title", "<h1>VELVET OMBRÉ 90</h1>", "plain"),
      ("handle in a sitemap", "<loc>https://x.example/products/velvet-ombre-90/</loc>", "plain"),
      ("code in JSON-LD", "{\"sku\":\"VO-90-NOIR\"}", "plain"),
      ("lower-case code", "data-sku=vo-90-noir", "plain"),
      ("title with JSON escapes", "{\"name\":\"Velvet Ombr\\u00e9 90\"}", "escaped"),
      ("percent-encoded handle", "?u=velvet%2Dombre%2d90", "escaped"),
      ("percent-encoded title", "/search/Velvet%20Ombr%C3%A9%2090", "escaped"),
      ("title with a numeric entity", "<p>Velvet Ombr&#233; 90</p>", "escaped"),
      ("title with a hexadecimal entity", "<p>Velvet&#x20;Ombr&#xE9;&#x20;90</p>", "escaped"),
      ("title with a named entity", "<p>Velvet&nbsp;x Velvet Ombr&eacute; 90</p>", "escaped"),
      ("doubly escaped title", "<p>Velvet Ombr&amp;eacute; 90</p>", "escaped"),
      (
        "JSON inside an attribute", "data-x='{&quot;a&quot;:&quot;Velvet Ombr\\u00E9 90&quot;}'",
        "escaped"
      ),
      ("redirect", "/old-scarf /products/velvet-ombre-90 301", "plain"),
      ("robots", "Disallow: /products/velvet-ombre-90/", "plain"),
      ("feed", "<g:id>VO-90-NOIR</g:id>", "plain"),
      ("picture", "<link href=/media/velvet-ombre-front.png>", "plain"),
    ])
  func found(_ name: String, _ text: String, _ encoding: String) {
    let leaks = Self.leaks(text)
    #expect(leaks.contains { $0.encoding == encoding && $0.record.id == "prd_hidden" }, "\(name)")
  }

  @Test("in base64, wherever in the encoded text it begins", arguments: 0..<9)
  func base64Phases(_ padding: Int) {
    let text = String(repeating: "x", count: padding) + "Velvet Ombré 90" + "yz"
    let leaks = Self.leaks("<img src=\"data:image/svg+xml;base64,\(Self.base64(text))\">")
    #expect(leaks.contains { $0.encoding == "base64" })
  }

  @Test("in base64 that is broken into lines and in the alphabet for addresses")
  func base64Forms() {
    let encoded = Self.base64(String(repeating: "ab", count: 20) + "Velvet Ombré 90")
    let broken = encoded.enumerated().map {
      $0.offset % 20 == 19 ? "\($0.element)\n" : "\($0.element)"
    }
    .joined()
    #expect(Self.leaks(broken).contains { $0.encoding == "base64" })
    let forAddresses = encoded.replacing("+", with: "-").replacing("/", with: "_")
    #expect(Self.leaks("token=\(forAddresses)").contains { $0.encoding == "base64" })
  }

  @Test(
    "however its letters are escaped, among other escapes",
    arguments: 1...200 as ClosedRange<UInt64>)
  func mixedEscapes(_ seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    func written(_ byte: UInt8) -> String {
      switch next(6) {
      case 0: "&#\(byte);"
      case 1: "&#x\(String(byte, radix: 16));"
      case 2: "%" + String(256 + Int(byte), radix: 16).dropFirst()
      case 3: "\\u00" + String(256 + Int(byte), radix: 16).dropFirst()
      default: String(Unicode.Scalar(byte))
      }
    }
    func noise() -> String {
      (0..<next(400)).map { _ in written(UInt8(32 + next(95))) }.joined()
    }
    let secret = "VO-90-NOIR".utf8.map(written).joined()
    let leaks = Self.leaks("\(noise())\n\(secret)\n\(noise())")
    #expect(leaks.contains { $0.kind == .sku }, "seed \(seed): \(secret)")
  }

  @Test("inside a gzip file")
  func gzip() {
    let plain = Array("<item>VO-90-NOIR</item>".utf8)
    let packed = plain.withUnsafeBytes { Gzip.compress($0) }
    let leaks = Self.leaks(packed, file: "feeds/google.xml.gz", in: Self.scanner())
    #expect(leaks.map(\.encoding) == ["gzip"])
  }

  @Test("in the notes of a packed picture, and not by chance in its bytes")
  func picture() {
    let start: [UInt8] = [0x89, 0x50, 0x4E, 0x47]
    #expect(
      Self.leaks(start + Array("tEXtTitle\0Velvet Ombré 90".utf8), in: Self.scanner())
        .map(\.encoding) == ["plain"])
    #expect(
      Self.leaks(start + Array("velvet%2Dombre%2d90".utf8), in: Self.scanner()).isEmpty)
  }

  @Test("in the name of a file")
  func fileName() {
    let leaks = Self.leaks("", file: "products/velvet-ombre-90/index.html")
    #expect(leaks.map(\.offset) == [-1])
  }

  @Test("an offset points to the value, also behind escapes")
  func offsets() {
    #expect(Self.leaks("&amp; VO-90-NOIR").first?.offset == 6)
    let text = "<p>&eacute;&eacute; Velvet Ombr&eacute; 90"
    #expect(Self.leaks(text).first?.offset == 20)
  }

  @Test("a value that is public in this root, or part of one that is, is no secret")
  func alsoPublic() {
    let scanner = Self.scanner { $0.addPublic("The Velvet Ombré 90 box") }
    #expect(Self.leaks("<p>Velvet Ombré 90</p>", in: scanner).isEmpty)
    #expect(scanner.alsoPublicCount == 2)
    #expect(!Self.leaks("VO-90-NOIR", in: scanner).isEmpty)
  }

  @Test("texts under six bytes are counted, not searched for")
  func short() {
    let scanner = Self.scanner { $0.addSecret("VO-9", .sku, of: Self.record) }
    #expect(scanner.tooShortCount == 1)
    #expect(Self.leaks("VO-9", in: scanner).isEmpty)
  }

  @Test("clean output is clean")
  func clean() {
    #expect(Self.leaks("<p>Velvet &amp; ombr&eacute;; 100% silk \\n velvet-ombre-80</p>").isEmpty)
  }

  @Test("a handle that ends in a number is not part of a longer number, plain or in base64")
  func numbers() {
    let scanner = Self.scanner {
      $0.addSecret("lamp-12", .handle, of: Self.record)
      $0.addPublic("lamp-120")
    }
    for (text, isLeak) in [("/lamp-12/", true), ("x lamp-12", true), ("/lamp-120/", false)] {
      #expect(Self.leaks(text, in: scanner).isEmpty != isLeak, "\(text)")
      // Where escapes are taken off, only a stretch around them is looked at.
      for length in 0..<90 {
        let far = "&amp;" + String(repeating: " ", count: length) + text
        #expect(Self.leaks(far, in: scanner).isEmpty != isLeak, "\(length) \(text)")
      }
      for padding in ["", "a", "ab"] {
        let encoded = Self.base64(padding + text)
        #expect(Self.leaks(encoded, in: scanner).isEmpty != isLeak, "\(padding)\(text)")
      }
    }
  }

  @Test("the finding names the record and never the value")
  func wording() throws {
    let leak = try #require(Self.leaks("VO-90-NOIR").first)
    let text = "\(leak.diagnostic)"
    #expect(leak.diagnostic.record?.id == "prd_hidden")
    #expect(!text.contains("VO-90-NOIR") && !text.contains("Velvet"))
  }
}

@Suite("A private price is found beside the code or handle it belongs to")
struct PriceLeakTests {
  static func scanner(_ minor: Int64, _ exponent: Int, publicly: [Int64] = []) -> LeakScanner {
    var book = SecretBook()
    book.addSecretPrice(
      minor: minor, exponent: exponent, near: ["scarf-jardin-90", "SJ-90-RED"],
      of: RecordReference(type: "variant", id: "var_1"))
    for amount in publicly { book.addPublicPrice(minor: amount, exponent: exponent) }
    return LeakScanner(book)
  }

  @Test(
    "in every way of writing it",
    arguments: [
      "1 234,56 €", "1.234,56 €", "€1,234.56", "EUR 1'234.56", "1234.56", "123456",
      "1\u{202F}234,56",
      "1&nbsp;234,56&nbsp;&euro;",
    ])
  func forms(_ text: String) {
    let leaks = LeakScannerTests.leaks(
      "<a href=/products/scarf-jardin-90/>Scarf</a> <b>\(text)</b>", in: Self.scanner(123_456, 2))
    #expect(leaks.map(\.kind).contains(.price))
  }

  @Test("not beside a handle that goes on with another digit, which is another product's")
  func numbers() {
    let scanner = Self.scanner(123_456, 2)
    let other = "<a href=/products/scarf-jardin-901/>Scarf</a> <b>1 234,56 €</b>"
    #expect(LeakScannerTests.leaks(other, in: scanner).isEmpty)
  }

  @Test("the whole part of an amount with decimals is no amount of its own")
  func wholeParts() {
    let link = "<a href=/products/scarf-jardin-90/>"
    for (text, isLeak) in [
      ("€74.95", false), ("74,95 €", false), ("€74", true), ("74.00 €", true),
      ("€74, 95 left", true),
    ] {
      let leaks = LeakScannerTests.leaks("\(link)<b>\(text)</b>", in: Self.scanner(7_400, 2))
      #expect(leaks.isEmpty != isLeak, "\(text)")
    }
    let large = Self.scanner(123_400, 2)
    #expect(LeakScannerTests.leaks("\(link)€1,234.50", in: large).isEmpty)
    #expect(!LeakScannerTests.leaks("\(link)€1,234", in: large).isEmpty)
  }

  @Test("whole amounts have groups of three: what has decimals is another amount")
  func groups() {
    let link = "<a href=/products/scarf-jardin-90/>"
    for (text, isLeak) in [
      ("¥90,500", true), ("90500 JPY", true), ("90.500 ¥", true), ("€905,00", false),
      ("9 05.00 €", false),
    ] {
      let leaks = LeakScannerTests.leaks("\(link)<b>\(text)</b>", in: Self.scanner(90_500, 0))
      #expect(leaks.isEmpty != isLeak, "\(text)")
    }
  }

  @Test("whole amounts count beside a currency or with a separator, not as a picture's width")
  func wholeAmounts() {
    let scanner = Self.scanner(45_000, 2)
    let link = "<a href=/products/scarf-jardin-90/>"
    #expect(!LeakScannerTests.leaks("\(link)<b>€450</b>", in: scanner).isEmpty)
    #expect(!LeakScannerTests.leaks("\(link)<b>450 EUR</b>", in: scanner).isEmpty)
    #expect(LeakScannerTests.leaks("\(link)<img width=450>", in: scanner).isEmpty)
    let yen = Self.scanner(158_000, 0)
    #expect(!LeakScannerTests.leaks("\(link)<b>¥158,000</b>", in: yen).isEmpty)
  }

  @Test("a sign or code counts within four characters, on either side, whatever their bytes")
  func marks() {
    let link = "<a href=/products/scarf-jardin-90/>"
    for (text, isLeak) in [
      ("€\u{A0}450", true), ("450\u{202F}€", true), ("CHF 450", true), ("₫450", true),
      ("R$ 450", true),
      ("450 – €", true), ("450 – – €", false), ("№ 450", false), ("AB 450", false),
      ("450 ½€", false), ("450 1€", false), ("é450", false),
    ] {
      let leaks = LeakScannerTests.leaks("\(link)<b>\(text)</b>", in: Self.scanner(45_000, 2))
      #expect(leaks.isEmpty != isLeak, "\(text)")
    }
    let broken: [UInt8] = Array("\(link)<b>450 ".utf8) + [0xE2, 0x82, 0x3C]
    #expect(LeakScannerTests.leaks(broken, in: Self.scanner(45_000, 2)).isEmpty)
  }

  @Test("part of a longer number, or of a picture's name, is no price")
  func partOfANumber() {
    let link = "<a href=/products/scarf-jardin-90/>"
    let scanner = Self.scanner(32_300, 2)
    #expect(LeakScannerTests.leaks("€1,323.00 \(link)", in: scanner).isEmpty)
    #expect(LeakScannerTests.leaks("€1\u{202F}323,00 \(link)", in: scanner).isEmpty)
    #expect(LeakScannerTests.leaks("\(link)<img src=/m-9f32300b.png>", in: scanner).isEmpty)
    #expect(!LeakScannerTests.leaks("\(link)[1,32300]", in: scanner).isEmpty)
    #expect(!LeakScannerTests.leaks("\(link)EUR32300", in: scanner).isEmpty)
  }

  @Test("only within 200 bytes")
  func reach() {
    let far = String(repeating: ".", count: 300)
    let scanner = Self.scanner(123_456, 2)
    #expect(LeakScannerTests.leaks("SJ-90-RED\(far)1,234.56", in: scanner).isEmpty)
  }

  @Test("an amount that is public in the root is no secret")
  func publicAmount() {
    let scanner = Self.scanner(123_456, 2, publicly: [123_456])
    #expect(LeakScannerTests.leaks("SJ-90-RED 1,234.56", in: scanner).isEmpty)
  }
}

@Suite("The search for many strings agrees with a plain one")
struct PatternMatcherTests {
  @Test("random strings over a small alphabet, seeded", arguments: [7, 11, 4711] as [UInt64])
  func property(_ seed: UInt64) {
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let patterns = (0..<200).map { _ in (0..<(6 + next(5))).map { _ in UInt8(97 + next(2)) } }
    let text = (0..<5000).map { _ in UInt8(97 + next(2)) }
    let matcher = PatternMatcher(patterns, wholeNumbers: true)
    var found = Set<String>()
    text.withUnsafeBytes { bytes in matcher.search(bytes) { found.insert("\($0) \($1)") } }
    var expected = Set<String>()
    for (number, pattern) in patterns.enumerated() {
      for start in 0...(text.count - pattern.count)
      where text[start..<(start + pattern.count)].elementsEqual(pattern) {
        expected.insert("\(start) \(number)")
      }
    }
    #expect(found == expected, "seed \(seed)")
  }

  @Test("several books are searched for as one that notes all that they note")
  func joined() {
    let record = RecordReference(type: "product", id: "prd_1")
    var secrets = SecretBook()
    secrets.addSecret("hidden-handle", .handle, of: record)
    secrets.addSecret("shared-handle", .handle, of: record)
    secrets.addSecretPrice(minor: 123_456, exponent: 2, near: ["hidden-handle"], of: record)
    var open = SecretBook()
    open.addPublic("Shared-Handle and more")
    open.addPublicPrice(minor: 5000, exponent: 2)
    var merged = SecretBook()
    merged.merge(secrets)
    merged.merge(open)
    let joined = LeakScanner([SecretBook(), secrets, open])
    let expected = LeakScanner(merged)
    #expect(joined.digest == expected.digest)
    #expect(joined.secretCount == 2)
    #expect(joined.alsoPublicCount == expected.alsoPublicCount)
    #expect(LeakScanner([open, open]).isEmpty)
  }
}
