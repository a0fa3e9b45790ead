import Bytes
import Machine
import Storefront
import Synchronization

/// The pictures that a site itself serves.
final class MediaFolder: Sendable {
  /// Where they are.
  let path: String
  /// First part of their addresses: `/media/`.
  let base: String

  private let sizes = Mutex<[String: Size]>([:])

  private struct Size {
    var width: Int
    var height: Int
  }

  /// Names a folder.
  init(path: String, base: String) {
    self.path = path
    self.base = base
  }

  /// The file behind an address, or nil where the address is not below the folder's.
  func file(of address: String) -> String? {
    guard address.hasPrefix(base) else { return nil }
    let relative = String(address.dropFirst(base.count))
    return Path.staysBeneath(relative) ? "\(path)/\(relative)" : nil
  }

  /// The file behind an address as an output names it, percent-escapes and all.
  func source(of address: String) -> String? {
    file(of: address.contains("%") ? "/\(Addresses.file(of: address))" : address)
  }

  /// Whether the site serves a file at an address.
  func exists(_ address: String) -> Bool {
    guard let path = file(of: address), let file = Files.information(path) else { return false }
    return !file.isFolder
  }

  /// A picture by its address, with its size read from the file; nil without an address.
  func image(_ address: String?, alt: String, shop: ShopFacts) -> ImageView? {
    guard let address else { return nil }
    let size = size(of: address)
    return ImageView(
      source: address, alt: alt, width: size.width, height: size.height, shop: shop)
  }

  private func size(of address: String) -> Size {
    if let known = sizes.withLock({ $0[address] }) { return known }
    let head = file(of: address).flatMap { try? Self.head($0) } ?? []  // no file: no size
    let (width, height) = PictureSize.read(head) ?? (0, 0)
    let size = Size(width: width, height: height)
    sizes.withLock { $0[address] = size }
    return size
  }

  private static func head(_ path: String) throws(MachineError) -> [UInt8] {
    let file = try OpenFile(reading: path)
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { room.deallocate() }
    let count = try file.read(into: room)
    return [UInt8](room[..<count])
  }
}

/// Reads the size of a picture from its first bytes.
enum PictureSize {
  /// Width and height in pixels of an SVG, PNG, JPEG or GIF, or nil where they are not told.
  static func read(_ head: [UInt8]) -> (Int, Int)? {
    if head.starts(with: [0x89, 0x50, 0x4E, 0x47]), head.count >= 24 {
      return (big(head, 16, 4), big(head, 20, 4))
    }
    if head.starts(with: [0xFF, 0xD8]) { return jpeg(head) }
    if head.starts(with: Array("GIF8".utf8)), head.count >= 10 {
      return (Int(head[6]) | Int(head[7]) << 8, Int(head[8]) | Int(head[9]) << 8)
    }
    return svg(head)
  }

  private static func big(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> Int {
    bytes[offset..<(offset + count)].reduce(0) { $0 << 8 | Int($1) }
  }

  /// The first frame header among the segments.
  private static func jpeg(_ bytes: [UInt8]) -> (Int, Int)? {
    var position = 2
    while position + 9 < bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      if marker >= 0xC0, marker <= 0xCF, ![0xC4, 0xC8, 0xCC].contains(marker) {
        return (big(bytes, position + 7, 2), big(bytes, position + 5, 2))
      }
      position += 2 + big(bytes, position + 2, 2)
    }
    return nil
  }

  private static func svg(_ bytes: [UInt8]) -> (Int, Int)? {
    let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
    guard let start = text.firstRange(of: "<svg"),
      let end = text[start.upperBound...].firstIndex(of: ">")
    else { return nil }
    let tag = text[start.upperBound..<end]
    if let width = attribute("width", tag).flatMap(pixels),
      let height = attribute("height", tag).flatMap(pixels)
    {
      return (width, height)
    }
    let box = attribute("viewBox", tag)?.split { $0 == " " || $0 == "," } ?? []
    guard box.count == 4, let width = pixels(box[2]), let height = pixels(box[3]) else {
      return nil
    }
    return (width, height)
  }

  private static func attribute(_ name: String, _ tag: Substring) -> Substring? {
    for quote in ["\"", "'"] {
      guard let start = tag.firstRange(of: " \(name)=\(quote)"),
        let end = tag[start.upperBound...].firstRange(of: quote)
      else { continue }
      return tag[start.upperBound..<end.lowerBound]
    }
    return nil
  }

  /// Whole pixels of `1600`, `1600px` or `1600.5`; nil for other units.
  private static func pixels(_ text: Substring) -> Int? {
    let number = text.hasSuffix("px") ? text.dropLast(2) : text
    return number.split(separator: ".").first.flatMap { Int($0) }
  }
}
