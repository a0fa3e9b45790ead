import Bytes

extension JSON {
  /// What of a value is meant.
  public enum Part: Sendable {
    /// The name of the member, with its quotes.
    case name
    /// The value. Of an array or object it is the opening bracket.
    case value
  }

  /// Where that stands to which a pointer (RFC 6901) leads in a text that `parse` reads; where it leads to
  /// nothing, the innermost array or object on the way that there is. O(n).
  ///
  /// Bytes that are no JSON give some range within them.
  public static func place(
    of pointer: String, _ part: Part = .value, in bytes: UnsafeRawBufferPointer
  ) -> Range<Int> {
    let steps = pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    return place(
      of: steps.map { String($0.replacing("~1", with: "/").replacing("~0", with: "~")) }, part,
      in: bytes)
  }

  /// The same, by the names of members and the numbers of elements on the way.
  public static func place(
    of steps: [String], _ part: Part = .value, in bytes: UnsafeRawBufferPointer
  ) -> Range<Int> {
    var walk = JSONWalk(bytes: bytes)
    walk.skipSpace()
    var found = walk.mark()
    for step in steps {
      guard walk.enter(step) else { break }
      found = part == .name ? walk.name ?? walk.mark() : walk.mark()
    }
    return found
  }
}

/// Goes through a JSON text from value to value, and into those that are named.
private struct JSONWalk {
  let bytes: UnsafeRawBufferPointer
  /// The name of the member that was gone to; nil for an element of an array.
  private(set) var name: Range<Int>?
  private var position = 0

  init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      position += 1
    }
  }

  /// The value that begins here; of an array or object its bracket.
  func mark() -> Range<Int> {
    var ahead = self
    if let byte = ahead.next, byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
      return position..<position + 1
    }
    ahead.skipValue()
    return position..<ahead.position
  }

  /// Goes to the value of a member, or to the element of that number; false where there is none.
  mutating func enter(_ wanted: String) -> Bool {
    let isObject = next == UInt8(ascii: "{")
    guard isObject || next == UInt8(ascii: "[") else { return false }
    var ahead = self
    ahead.position += 1
    var number = 0
    while true {
      ahead.skipSpace()
      guard let byte = ahead.next, byte != UInt8(ascii: "}"), byte != UInt8(ascii: "]") else {
        return false
      }
      ahead.name = nil
      var isMeant = String(number) == wanted
      if isObject {
        let start = ahead.position
        ahead.skipValue()
        let range = start..<ahead.position
        isMeant = text(range) == wanted
        ahead.name = range
        ahead.skipSpace()
        guard ahead.next == UInt8(ascii: ":") else { return false }
        ahead.position += 1
        ahead.skipSpace()
      }
      if isMeant {
        self = ahead
        return true
      }
      ahead.skipValue()
      ahead.skipSpace()
      guard ahead.next == UInt8(ascii: ",") else { return false }
      ahead.position += 1
      number += 1
    }
  }

  private func text(_ range: Range<Int>) -> String? {
    (try? JSON.parse(UnsafeRawBufferPointer(rebasing: bytes[range])))?.value.string
  }

  /// Goes behind the value that begins here.
  mutating func skipValue() {
    var depth = 0
    repeat {
      switch next {
      case nil: return
      case UInt8(ascii: "\""): skipString()
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return }
        depth -= 1
        position += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        if depth == 0 { return }
        position += 1
      default: skipWord()
      }
      if depth > 0 { skipSpace() }
    } while depth > 0
  }

  /// Goes behind a number or literal.
  private mutating func skipWord() {
    position += 1
    while let byte = next, !#",:{}[]" "#.utf8.contains(byte), byte > 0x20 { position += 1 }
  }

  private mutating func skipString() {
    position += 1
    while let byte = next {
      position += byte == UInt8(ascii: "\\") ? 2 : 1
      if byte == UInt8(ascii: "\"") { break }
    }
    position = min(position, bytes.count)
  }
}
