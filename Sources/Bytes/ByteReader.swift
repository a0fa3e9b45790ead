extension ByteBuffer {
  /// Appends a number, its lowest byte first.
  public mutating func append<Number: FixedWidthInteger>(number: Number) {
    withUnsafeBytes(of: number.littleEndian) { append($0) }
  }

  /// Appends a text with its length before it.
  public mutating func append(counted text: String) {
    append(number: UInt32(truncatingIfNeeded: text.utf8.count))
    append(text)
  }

  /// Appends bytes with their number before them.
  public mutating func append(counted bytes: [UInt8]) {
    append(number: UInt32(truncatingIfNeeded: bytes.count))
    append(bytes)
  }

  /// Appends numbers as they lie in memory, with their count before them.
  public mutating func append<Number: FixedWidthInteger & BitwiseCopyable>(array: [Number]) {
    append(number: UInt32(truncatingIfNeeded: array.count))
    array.withUnsafeBytes { append($0) }
  }
}

/// Reads what `append(number:)`, `append(counted:)` and `append(array:)` wrote, in the same order, on
/// the same kind of machine. What is not there reads as nothing, and `isDamaged` tells.
public struct ByteReader {
  private let bytes: [UInt8]
  private var position = 0
  /// Whether something was asked for that is not there.
  public private(set) var isDamaged = false

  /// Begins at the first byte.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether all has been read.
  public var isAtEnd: Bool { position == bytes.count }

  private mutating func take(_ count: Int) -> Int? {
    guard !isDamaged, count >= 0, count <= bytes.count - position else {
      isDamaged = true
      return nil
    }
    defer { position += count }
    return position
  }

  /// The next number; 0 where there is none.
  public mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type = Number.self
  ) -> Number {
    guard let start = take(MemoryLayout<Number>.size) else { return 0 }
    return bytes.withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: Number.self))
    }
  }

  /// The next count, small enough that as many things of `size` bytes can follow.
  public mutating func count(ofSize size: Int = 1) -> Int {
    let count = Int(number(UInt32.self))
    guard count * size <= bytes.count - position else {
      isDamaged = true
      return 0
    }
    return count
  }

  /// The next text.
  public mutating func text() -> String {
    let count = count()
    guard let start = take(count) else { return "" }
    return String(decoding: bytes[start..<(start + count)], as: UTF8.self)
  }

  /// The next bytes.
  public mutating func counted() -> [UInt8] {
    let count = count()
    guard let start = take(count) else { return [] }
    return Array(bytes[start..<(start + count)])
  }

  /// The next numbers.
  public mutating func array<Number: FixedWidthInteger & BitwiseCopyable>(
    of type: Number.Type = Number.self
  ) -> [Number] {
    let stride = MemoryLayout<Number>.stride
    let count = count(ofSize: stride)
    guard let start = take(count * stride) else { return [] }
    return [Number](unsafeUninitializedCapacity: count) { room, used in
      bytes.withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(room).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[start..<(start + count * stride)]))
      }
      used = count
    }
  }
}
