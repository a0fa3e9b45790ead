import Bytes

/// The start tags of an HTML page with their attributes, in order (HTML Standard, section 13.2.5: comments,
/// and what stands in scripts and styles, are no tags). It reads whatever it is given, in linear time.
struct TagReader {
  /// An attribute that a page's links or places are made of.
  enum Attribute: String {
    case href, src, srcset, poster, id, name, rel, hreflang
  }

  /// A start tag.
  struct Tag {
    /// Its name in small letters.
    var name = ""
    /// Those of its attributes that are asked for, with where each value begins.
    var attributes: [(attribute: Attribute, value: String, offset: Int)] = []

    /// The value of an attribute; of several of one name the first, as in browsers.
    subscript(_ attribute: Attribute) -> String? {
      attributes.first { $0.attribute == attribute }?.value
    }
  }

  private let bytes: UnsafeRawBufferPointer
  private var place = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The next start tag with one of the attributes; nil behind the last.
  mutating func next() -> Tag? {
    while skip(to: "<") {
      place += 1
      if starts("!--") {
        if skip(to: "-->") { place += 3 }
        continue
      }
      guard let byte = byte, Self.isLetter(byte) else { continue }
      let tag = read()
      if ["script", "style", "template", "textarea", "title"].contains(tag.name) {
        passText(of: tag.name)
      }
      if !tag.attributes.isEmpty { return tag }
    }
    return nil
  }

  private var byte: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skip(to wanted: StaticString) -> Bool {
    let hit = bytes.offset(
      of: UnsafeRawBufferPointer(start: wanted.utf8Start, count: wanted.utf8CodeUnitCount),
      from: place)
    place = hit ?? bytes.count
    return hit != nil
  }

  private func starts(_ wanted: String) -> Bool { bytes[place...].starts(with: wanted.utf8) }

  /// Passes what stands between a tag whose content is text and its end.
  private mutating func passText(of name: String) {
    while skip(to: "</") {
      place += 2
      let end = place + name.utf8.count
      guard end <= bytes.count else { break }
      if String(decoding: bytes[place..<end], as: UTF8.self).lowercased() == name { return }
    }
    place = bytes.count
  }

  // MARK: One tag

  private mutating func read() -> Tag {
    var tag = Tag(name: word(until: { Self.isSpace($0) || $0 == 0x2F || $0 == 0x3E }).lowercased())
    while let byte, byte != 0x3E {
      if Self.isSpace(byte) || byte == 0x2F {
        place += 1
        continue
      }
      let start = place
      // A name may begin with an equals sign.
      place += 1
      while let byte = self.byte, !Self.endsName(byte) { place += 1 }
      let name = start..<place
      passSpace()
      guard self.byte == 0x3D else { continue }
      place += 1
      passSpace()
      let (value, offset) = value()
      guard name.count <= 8,
        let attribute = Attribute(
          rawValue: String(decoding: bytes[name], as: UTF8.self).lowercased())
      else { continue }
      tag.attributes.append(
        (attribute, Self.decoded(String(decoding: bytes[value], as: UTF8.self)), offset))
    }
    return tag
  }

  private mutating func value() -> (Range<Int>, Int) {
    if let quote = byte, quote == 0x22 || quote == 0x27 {
      place += 1
      let start = place
      while let byte, byte != quote { place += 1 }
      defer { place = min(place + 1, bytes.count) }
      return (start..<place, start)
    }
    let start = place
    while let byte, !Self.isSpace(byte), byte != 0x3E { place += 1 }
    return (start..<place, start)
  }

  private mutating func word(until ends: (UInt8) -> Bool) -> String {
    let start = place
    while let byte, !ends(byte) { place += 1 }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private mutating func passSpace() {
    while let byte, Self.isSpace(byte) { place += 1 }
  }

  private static func endsName(_ byte: UInt8) -> Bool {
    isSpace(byte) || byte == 0x2F || byte == 0x3E || byte == 0x3D
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }

  /// A value without the references that stand in addresses.
  private static func decoded(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
    return [("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&amp;", "&")]
      .reduce(text) { $0.replacing($1.0, with: $1.1) }
  }
}
