import Bytes
import Formats
import Machine
import Testing

@Suite("Places in JSON texts")
struct JSONPlaceTests {
  private let seed = SystemRandom().bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }

  private func place(
    _ pointer: String, _ part: JSON.Part = .value, in text: String
  ) -> String {
    Array(text.utf8).withUnsafeBytes { bytes in
      String(decoding: bytes[JSON.place(of: pointer, part, in: bytes)], as: UTF8.self)
    }
  }

  @Test("the place of each value is where it stands, by its pointer")
  func places() throws {
    let text = #" { "a" : [1, -2.5e3 ,"x\\\"y", {"b/c":null}, []] ,"~é":{"d":true}, "":"e" } "#
    func place(_ pointer: String, _ part: JSON.Part = .value) -> String {
      self.place(pointer, part, in: text)
    }
    #expect(place("") == "{")
    #expect(place("/a") == "[" && place("/a", .name) == #""a""#)
    #expect(place("/a/0") == "1" && place("/a/1") == "-2.5e3")
    #expect(place("/a/2") == #""x\\\"y""# && place("/a/2", .name) == #""x\\\"y""#)
    #expect(place("/a/3/b~1c") == "null" && place("/a/3/b~1c", .name) == #""b/c""#)
    #expect(place("/a/4") == "[" && place("/a/4/0") == "[" && place("/a/9") == "[")
    #expect(place("/~0é/d") == "true" && place("/") == #""e""#)
    #expect(place("/none/at/all") == "{" && place("/a/0/deeper") == "1")
  }

  @Test("the place of each value of a text by chance holds that value")
  func placesByChance() throws {
    let random = SeededRandom(seed: seed)
    for round in 0..<20 {
      var builder = TapeBuilder()
      RandomValue.append(to: &builder, random: random, depth: 3)
      let text = JSON.text(builder.finish().value)
      try compare(JSON.parse(text).value, at: "", in: text, "seed \(seed), round \(round)")
    }
  }

  private func compare(
    _ value: TapeValue, at pointer: String, in text: String, _ comment: Comment
  ) throws {
    switch value.kind {
    case .object:
      for (name, member) in value.members {
        let piece = name.replacing("~", with: "~0").replacing("/", with: "~1")
        try compare(member, at: "\(pointer)/\(piece)", in: text, comment)
      }
    case .array:
      for (index, element) in value.children.enumerated() {
        try compare(element, at: "\(pointer)/\(index)", in: text, comment)
      }
    default: #expect(place(pointer, in: text) == JSON.text(value), comment)
    }
  }

  @Test("a place is within the text, whatever the text is")
  func placesInNoise() {
    let random = SeededRandom(seed: seed)
    let signs = Array(#"{}[],:"\0a~ "#.utf8) + [0x01, 0xC3]
    for _ in 0..<20_000 {
      let bytes = (0..<random.below(24)).map { _ in signs[random.below(signs.count)] }
      bytes.withUnsafeBytes { bytes in
        for pointer in ["", "/a", "/0/0", "/a/0/a"] {
          let place = JSON.place(of: pointer, .name, in: bytes)
          #expect(place.lowerBound >= 0 && place.upperBound <= bytes.count)
        }
      }
    }
  }
}
