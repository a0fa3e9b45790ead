import Bytes
import Formats
import Machine
import Testing

@Suite("JSON texts")
struct JSONTests {
  private func written(_ text: String) throws -> String { JSON.text(try JSON.parse(text).value) }

  private func canonical(_ text: String) throws -> String {
    var buffer = ByteBuffer()
    JSON.writeCanonical(try JSON.parse(text).value, into: &buffer)
    return buffer.string
  }

  private func fault(_ text: String) -> FormatError? {
    do throws(FormatError) {
      _ = try JSON.parse(text)
      return nil
    } catch {
      return error
    }
  }

  @Test("a record is read into a tape and written back compactly in its own order")
  func roundTrip() throws {
    let text =
      #" { "b" : [1, -2 , 3.50], "a": {"x": null, "y": true}, "s": "é\n\u00e9\ud83d\ude00" } "#
    #expect(
      try written(text)
        == #"{"b":[1,-2,3.50],"a":{"x":null,"y":true},"s":"é\né😀"}"#)
  }

  @Test("whole numbers that fit 64 bits are integers and all others keep their digits")
  func numbers() throws {
    let value = try JSON.parse(
      "[9223372036854775807,-9223372036854775808,9223372036854775808,1.0,1e3,-0]"
    ).value.children
    #expect(value[0].integer == .max)
    #expect(value[1].integer == .min)
    #expect(value[2].kind == .number)
    #expect(value[3].kind == .number)
    #expect(value[4].kind == .number)
    #expect(value[5].integer == 0)
  }

  @Test(
    "what is not JSON is refused",
    arguments: [
      "", " ", "{", "[", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "01", "-",
      "1.", ".5", "1e", "+1", "0x1", "NaN", "truex", "nul", "\"", "\"\\x\"", "\"\\u12\"",
      "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"a\nb\"", "[1] 2", "\u{FEFF}1",
      "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "'a'", "[1],", "1.5.2", "-01", "//c\n1",
    ])
  func refused(_ text: String) { #expect(fault(text) != nil) }

  @Test(
    "bytes that are not UTF-8 are refused",
    arguments: [
      [0xFF], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80], [0x80], [0xE2, 0x82],
    ] as [[UInt8]])
  func encoding(_ bytes: [UInt8]) {
    #expect(throws: FormatError.self) { try JSON.parse([0x22] + bytes + [0x22]) }
    #expect(throws: FormatError.self) {
      try JSON.parse(Array(#"{"a":""#.utf8) + bytes + Array(#"plain text"}"#.utf8))
    }
  }

  @Test("a fault is placed by offset, line and column in characters")
  func place() throws {
    let error = try #require(fault("{\n  \"é\": 1,\n  \"日本\": tru\n}"))
    #expect(error.line == 3)
    #expect(error.column == 9)
    #expect(error.format == "json")
    #expect(error.message == "only true, false and null may stand without quotes")
    let twice = try #require(fault("{\"sku\":1,\n \"sku\":2}"))
    #expect((twice.line, twice.column) == (2, 2))
    #expect(twice.message == "the name occurs twice in one object")
  }

  @Test("a name that occurs twice among many is found")
  func wideObject() {
    let members = (0..<100).map { "\"k\($0)\":\($0)" }
    #expect(fault("{\(members.joined(separator: ","))}") == nil)
    #expect(fault("{\((members + ["\"k77\":0"]).joined(separator: ","))}") != nil)
    #expect(fault("[{\"a\":{\"a\":1}},{\"a\":2}]") == nil)
  }

  @Test("nesting is read 128 deep and refused beyond")
  func depth() {
    let deep = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
    #expect(fault(deep) == nil)
    #expect(fault("[\(deep)]") != nil)
    #expect(fault(String(repeating: "{\"a\":", count: 100_000)) != nil)
  }

  @Test("the canonical form sorts names by UTF-16 code units, as RFC 8785 §3.2.3 shows")
  func canonicalOrder() throws {
    let text =
      "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew\",\"1\":\"One\","
      + "\"\\ud83d\\ude00\":\"Emoji\",\"\\u0080\":\"Control\",\"\\u00f6\":\"o umlaut\"}"
    #expect(
      try canonical(text)
        == "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"o umlaut\","
        + "\"€\":\"Euro Sign\",\"😀\":\"Emoji\",\"\u{FB33}\":\"Hebrew\"}")
  }

  @Test(
    "numbers are canonical as ECMAScript prints them",
    arguments: [
      ("333333333.33333329", "333333333.3333333"), ("1E30", "1e+30"), ("4.50", "4.5"),
      ("2e-3", "0.002"), ("0.000000000000000000000000001", "1e-27"), ("-0", "0"), ("-0.0", "0"),
      ("1e21", "1e+21"), ("1e20", "100000000000000000000"), ("0.000001", "0.000001"),
      ("1e-7", "1e-7"), ("5e-324", "5e-324"), ("1.7976931348623157e308", "1.7976931348623157e+308"),
      ("9007199254740993", "9007199254740992"), ("123456789012345680000", "123456789012345680000"),
      ("-9223372036854775808", "-9223372036854776000"), ("100.0", "100"), ("18500", "18500"),
    ])
  func canonicalNumbers(_ pair: (String, String)) throws {
    #expect(try canonical(pair.0) == pair.1)
  }

  @Test("what was written is read back as the same value")
  func property() throws {
    let seed = SystemRandom().bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let random = SeededRandom(seed: seed)
    for round in 0..<300 {
      var builder = TapeBuilder()
      RandomValue.append(to: &builder, random: random, depth: 0)
      let text = JSON.text(builder.finish().value)
      let again = try JSON.parse(text)
      #expect(JSON.text(again.value) == text, "seed \(seed), round \(round)")
      let sorted = try canonical(text)
      #expect(try canonical(sorted) == sorted, "seed \(seed), round \(round)")
    }
  }
}

/// Values of every kind, by chance.
enum RandomValue {
  static func append(to builder: inout TapeBuilder, random: SeededRandom, depth: Int) {
    switch random.below(depth > 4 ? 5 : 7) {
    case 0: builder.appendNull()
    case 1: builder.append(random.below(2) == 0)
    case 2: builder.append(Int64(bitPattern: random.next() >> UInt64(random.below(64))))
    case 3:
      let digits = Array("\(random.below(1000)).\(random.below(10))e\(random.below(30))".utf8)
      digits.withUnsafeBytes { builder.append(number: $0) }
    case 4: builder.append(text(random))
    case 5:
      builder.beginArray()
      for _ in 0..<random.below(6) { append(to: &builder, random: random, depth: depth + 1) }
      builder.end()
    default:
      builder.beginObject()
      for index in 0..<random.below(40) {
        builder.key("\(index):\(text(random))")
        append(to: &builder, random: random, depth: depth + 1)
      }
      builder.end()
    }
  }

  private static func text(_ random: SeededRandom) -> String {
    var view = String.UnicodeScalarView()
    for _ in 0..<random.below(24) {
      let limit: UInt64 = random.below(3) == 0 ? 0x11_0000 : 0x80
      if let scalar = Unicode.Scalar(UInt32(random.next() % limit)) { view.append(scalar) }
    }
    return String(view)
  }
}
