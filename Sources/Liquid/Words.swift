import Bytes

/// Places of characters in UTF-8.
enum Characters {
  /// Where the character at `start` ends.
  static func end(of start: Int, in text: UnsafeRawBufferPointer) -> Int {
    var end = start + 1
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }

  /// Where the last character begins; 0 where there is none.
  static func lastStart(in text: UnsafeRawBufferPointer) -> Int {
    var start = max(text.count - 1, 0)
    while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  /// Where character number `index` begins, or the end.
  static func offset(of index: Int, in text: UnsafeRawBufferPointer) -> Int {
    var left = index
    var position = 0
    while left > 0, position < text.count {
      position = end(of: position, in: text)
      left -= 1
    }
    return position
  }
}

/// Cuts text as Ruby's `split` does.
enum Words {
  private static let dots: StaticString = "..."

  static var ellipsis: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: dots.utf8Start, count: dots.utf8CodeUnitCount)
  }

  /// The runs without white space.
  static func split(_ text: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
    var words: [UnsafeRawBufferPointer] = []
    var position = 0
    while position < text.count {
      while position < text.count, text[position].isLiquidSpace { position += 1 }
      let start = position
      while position < text.count, !text[position].isLiquidSpace { position += 1 }
      if position > start { words.append(UnsafeRawBufferPointer(rebasing: text[start..<position])) }
    }
    return words
  }

  /// The parts between separators, without empty ones at the end. A space stands for all white
  /// space, nothing for the places between characters.
  static func split(
    _ text: UnsafeRawBufferPointer, by separator: UnsafeRawBufferPointer
  ) -> [UnsafeRawBufferPointer] {
    if separator.count == 1, separator[0] == 32 { return split(text) }
    var parts: [UnsafeRawBufferPointer] = []
    var position = 0
    if separator.isEmpty {
      while position < text.count {
        let end = Characters.end(of: position, in: text)
        parts.append(UnsafeRawBufferPointer(rebasing: text[position..<end]))
        position = end
      }
      return parts
    }
    while let found = Search.first(separator, in: text, from: position) {
      parts.append(UnsafeRawBufferPointer(rebasing: text[position..<found]))
      position = found + separator.count
    }
    parts.append(UnsafeRawBufferPointer(rebasing: text[position...]))
    while parts.last?.isEmpty == true { parts.removeLast() }
    return parts
  }
}

/// Takes tags, comments, scripts and styles out of HTML, as the reference's patterns do.
enum MarkupStripper {
  static func strip(_ text: UnsafeRawBufferPointer, into output: inout ByteBuffer) {
    let start = output.count
    remove(text, into: &output, blocks: true)
    let once = output.withBytes { [UInt8]($0[start...]) }
    output.truncate(to: start)
    once.withUnsafeBytes { remove($0, into: &output, blocks: false) }
  }

  private static let pairs: [(StaticString, StaticString)] = [
    ("<script", "</script>"), ("<!--", "-->"), ("<style", "</style>"),
  ]

  private static func remove(
    _ text: UnsafeRawBufferPointer, into output: inout ByteBuffer, blocks: Bool
  ) {
    var exhausted = [false, false, false]
    var position = 0
    var closes = true
    while position < text.count {
      let start = position
      position = Search.first(UInt8(ascii: "<"), in: text, from: start) ?? text.count
      output.append(UnsafeRawBufferPointer(rebasing: text[start..<position]))
      guard position < text.count else { return }
      var end: Int?
      if blocks {
        for (index, pair) in pairs.enumerated() where !exhausted[index] {
          let (open, close) = (bytes(pair.0), bytes(pair.1))
          guard text[position...].starts(with: open) else { continue }
          let found = Search.first(close, in: text, from: position + open.count)
          if found == nil { exhausted[index] = true }
          end = found.map { $0 + close.count }
          break
        }
      } else if closes {
        end = Search.first(UInt8(ascii: ">"), in: text, from: position).map { $0 + 1 }
        closes = end != nil
      }
      if let end {
        position = end
      } else {
        output.append(text[position])
        position += 1
      }
    }
  }

  private static func bytes(_ text: StaticString) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }
}
