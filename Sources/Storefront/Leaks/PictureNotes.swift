import Bytes
import Formats

/// The texts that packed pictures carry beside what they show: EXIF, XMP, captions and comments of JPEG,
/// PNG and WebP files.
enum PictureNotes {
  /// Calls `body` with each note as it stands in the file, unpacked where it is packed, and with where
  /// it begins.
  static func forEach(
    in bytes: UnsafeRawBufferPointer, _ body: (Int, UnsafeRawBufferPointer) -> Void
  ) {
    if bytes.starts(with: [0xFF, 0xD8]) {
      jpeg(bytes, body)
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      png(bytes, body)
    } else if bytes.count > 12, bytes.starts(with: "RIFF".utf8) {
      webp(bytes, body)
    }
  }

  /// What UTF-16 in a note reads as, which is how EXIF writes titles and keywords: in both orders, from
  /// its first byte and from its second.
  static func wideTexts(_ note: UnsafeRawBufferPointer) -> [String] {
    guard note.contains(0) else { return [] }
    return (0..<2).flatMap { start in
      let units = stride(from: start, to: note.count - 1, by: 2).map {
        UInt16(note[$0]) << 8 | UInt16(note[$0 + 1])
      }
      return [units, units.map(\.byteSwapped)].map { String(decoding: $0, as: UTF16.self) }
    }
  }

  /// Segments before the picture itself: those for applications, and comments.
  private static func jpeg(
    _ bytes: UnsafeRawBufferPointer, _ body: (Int, UnsafeRawBufferPointer) -> Void
  ) {
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      if marker == 0xDA || marker == 0xD9 { return }
      let end = position + 2 + (Int(bytes[position + 2]) << 8 | Int(bytes[position + 3]))
      guard end <= bytes.count, end >= position + 4 else { return }
      if marker == 0xFE || (0xE0...0xEF).contains(marker) {
        body(position + 4, UnsafeRawBufferPointer(rebasing: bytes[(position + 4)..<end]))
      }
      position = end
    }
  }

  private static func png(
    _ bytes: UnsafeRawBufferPointer, _ body: (Int, UnsafeRawBufferPointer) -> Void
  ) {
    var position = 8
    while position + 12 <= bytes.count {
      let size = (0..<4).reduce(0) { $0 << 8 | Int(bytes[position + $1]) }
      let start = position + 8
      guard size <= bytes.count - start - 4 else { return }
      let kind = String(decoding: bytes[(position + 4)..<start], as: UTF8.self)
      let chunk = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + size)])
      switch kind {
      case "tEXt", "eXIf": body(start, chunk)
      case "zTXt", "iTXt":
        body(start, chunk)
        // The packed text stands behind the key and a few bytes; zlib streams begin with 0x78.
        for offset in chunk.indices where chunk[offset] == 0x78 {
          guard let plain = Gzip.inflate(UnsafeRawBufferPointer(rebasing: chunk[offset...])) else {
            continue
          }
          plain.withUnsafeBytes { body(start, $0) }
          break
        }
      default: break
      }
      position = start + size + 4
    }
  }

  private static func webp(
    _ bytes: UnsafeRawBufferPointer, _ body: (Int, UnsafeRawBufferPointer) -> Void
  ) {
    var position = 12
    while position + 8 <= bytes.count {
      let size = (0..<4).reversed().reduce(0) { $0 << 8 | Int(bytes[position + 4 + $1]) }
      let start = position + 8
      guard size <= bytes.count - start else { return }
      let kind = String(decoding: bytes[position..<(position + 4)], as: UTF8.self)
      if kind == "EXIF" || kind == "XMP " {
        body(start, UnsafeRawBufferPointer(rebasing: bytes[start..<(start + size)]))
      }
      position = start + size + size % 2
    }
  }
}
