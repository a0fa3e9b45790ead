/// Width and height of a picture, read from the first bytes of its file.
public struct ImageSize: Sendable, Equatable {
  /// Pixels from left to right.
  public let width: Int
  /// Pixels from top to bottom.
  public let height: Int

  /// Makes a size.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// How many bytes of a file are enough in practice: metadata may stand before the size.
  public static let bytesNeeded = 256 << 10

  /// Reads PNG (ISO 15948), GIF (89a), JPEG (ITU T.81) and WebP (RFC 9649) headers; nil for
  /// anything else.
  public init?(header bytes: [UInt8]) {
    let found = Self.png(bytes) ?? Self.gif(bytes) ?? Self.webP(bytes) ?? Self.jpeg(bytes)
    guard let found, found.width > 0, found.height > 0 else { return nil }
    self = found
  }

  private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int, big: Bool) -> Int {
    let run = bytes[offset..<(offset + count)]
    let ordered = big ? Array(run) : run.reversed()
    return ordered.reduce(0) { $0 << 8 | Int($1) }
  }

  private static func png(_ bytes: [UInt8]) -> ImageSize? {
    guard bytes.count >= 24, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    else { return nil }
    return ImageSize(
      width: number(bytes, 16, 4, big: true), height: number(bytes, 20, 4, big: true))
  }

  private static func gif(_ bytes: [UInt8]) -> ImageSize? {
    guard bytes.count >= 10, bytes.starts(with: "GIF8".utf8) else { return nil }
    return ImageSize(
      width: number(bytes, 6, 2, big: false), height: number(bytes, 8, 2, big: false))
  }

  private static func webP(_ bytes: [UInt8]) -> ImageSize? {
    guard bytes.count >= 30, bytes.starts(with: "RIFF".utf8), bytes[8...].starts(with: "WEBP".utf8)
    else { return nil }
    switch bytes[15] {
    case UInt8(ascii: "X"):
      return ImageSize(
        width: number(bytes, 24, 3, big: false) + 1, height: number(bytes, 27, 3, big: false) + 1)
    case UInt8(ascii: "L"):
      let packed = number(bytes, 21, 4, big: false)
      return ImageSize(width: (packed & 0x3FFF) + 1, height: (packed >> 14 & 0x3FFF) + 1)
    default:
      return ImageSize(
        width: number(bytes, 26, 2, big: false) & 0x3FFF,
        height: number(bytes, 28, 2, big: false) & 0x3FFF)
    }
  }

  private static func jpeg(_ bytes: [UInt8]) -> ImageSize? {
    guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
    var offset = 2
    while offset + 9 < bytes.count {
      guard bytes[offset] == 0xFF else { return nil }
      let marker = bytes[offset + 1]
      if marker == 0xFF || marker == 0x01 || (0xD0...0xD8).contains(marker) {
        offset += marker == 0xFF ? 1 : 2
        continue
      }
      let isFrame = (0xC0...0xCF).contains(marker) && ![0xC4, 0xC8, 0xCC].contains(marker)
      if isFrame {
        return ImageSize(
          width: number(bytes, offset + 7, 2, big: true),
          height: number(bytes, offset + 5, 2, big: true))
      }
      offset += 2 + number(bytes, offset + 2, 2, big: true)
    }
    return nil
  }
}
