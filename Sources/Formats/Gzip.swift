import CDeflate
import Machine
import Synchronization

/// Gzip (RFC 1952) through libdeflate, as a row of members of at most 1 MiB each, which several
/// threads can make at once and every reader joins. Output depends on input and level alone.
public enum Gzip {
  /// Input bytes of one member.
  public static let memberSize = 1 << 20

  /// Compresses bytes. Level 1 (316 MB/s) to 12; 6 gives 62 MB/s a thread.
  public static func compress(_ bytes: UnsafeRawBufferPointer, level: Int32 = 6) -> [UInt8] {
    let members = max(1, (bytes.count + memberSize - 1) / memberSize)
    guard members > 1 else { return member(bytes, level: level) }
    let address = UInt(bitPattern: bytes.baseAddress)
    let count = bytes.count
    let parts = Mutex<[[UInt8]]>(Array(repeating: [], count: members))
    Parallel.forEach(count: members, chunk: 1) { (_, range) throws(Never) in
      for index in range {
        // The bytes outlive the loop, which ends before `compress` returns.
        let whole = UnsafeRawBufferPointer(
          start: UnsafeRawPointer(bitPattern: address), count: count)
        let end = min(count, (index + 1) * memberSize)
        let made = member(
          UnsafeRawBufferPointer(rebasing: whole[(index * memberSize)..<end]), level: level)
        parts.withLock { $0[index] = made }
      }
    }
    return parts.withLock { Array($0.joined()) }
  }

  /// Compresses an array of bytes.
  public static func compress(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
    bytes.withUnsafeBytes { compress($0, level: level) }
  }

  /// Bytes behind one or more members.
  ///
  /// - Parameter limit: most bytes that may come out, against small files that grow huge.
  /// - Throws: where the bytes are not gzip, are cut short, fail their check or exceed `limit`.
  public static func decompress(
    _ bytes: UnsafeRawBufferPointer, limit: Int = 1 << 30
  ) throws(FormatError) -> [UInt8] {
    guard let machine = libdeflate_alloc_decompressor() else {
      preconditionFailure("libdeflate has memory")
    }
    defer { libdeflate_free_decompressor(machine) }
    var result: [UInt8] = []
    var position = 0
    repeat {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
      position += try member(of: rest, at: position, machine, limit: limit, into: &result)
    } while position < bytes.count
    return result
  }

  /// Bytes behind one or more members.
  public static func decompress(_ bytes: [UInt8], limit: Int = 1 << 30) throws(FormatError)
    -> [UInt8]
  {
    try bytes.withUnsafeBufferPointer { (raw) throws(FormatError) in
      try decompress(UnsafeRawBufferPointer(raw), limit: limit)
    }
  }

  /// Bytes behind a zlib stream (RFC 1950), as pictures hold texts; nil where it is none, or larger than
  /// `limit`.
  public static func inflate(_ bytes: UnsafeRawBufferPointer, limit: Int = 1 << 24) -> [UInt8]? {
    guard let machine = libdeflate_alloc_decompressor() else {
      preconditionFailure("libdeflate has memory")
    }
    defer { libdeflate_free_decompressor(machine) }
    var room = min(max(bytes.count * 4, 1 << 12), limit)
    while true {
      var isTooSmall = false
      let result = [UInt8](unsafeUninitializedCapacity: room) { target, count in
        var used = 0
        let outcome = libdeflate_zlib_decompress(
          machine, bytes.baseAddress, bytes.count, target.baseAddress, target.count, &used)
        isTooSmall = outcome == LIBDEFLATE_INSUFFICIENT_SPACE
        count = outcome == LIBDEFLATE_SUCCESS ? used : 0
      }
      guard isTooSmall, room < limit else { return result.isEmpty ? nil : result }
      room = min(room * 4, limit)
    }
  }

  /// Whether bytes begin as gzip does.
  public static func isGzip(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 3 && bytes[0] == 0x1F && bytes[1] == 0x8B && bytes[2] == 8
  }

  /// One member of at most `memberSize` bytes.
  static func member(_ bytes: UnsafeRawBufferPointer, level: Int32) -> [UInt8] {
    guard let machine = libdeflate_alloc_compressor(min(max(level, 0), 12)) else {
      preconditionFailure("libdeflate has memory")
    }
    defer { libdeflate_free_compressor(machine) }
    let bound = libdeflate_gzip_compress_bound(machine, bytes.count)
    return [UInt8](unsafeUninitializedCapacity: bound) { room, count in
      // An empty input still needs an address.
      var nothing: UInt8 = 0
      count = withUnsafePointer(to: &nothing) { empty in
        libdeflate_gzip_compress(
          machine, bytes.baseAddress ?? UnsafeRawPointer(empty), bytes.count, room.baseAddress,
          bound)
      }
    }
  }

  /// Appends what one member holds; gives the number of bytes read.
  private static func member(
    of rest: UnsafeRawBufferPointer, at position: Int, _ machine: OpaquePointer, limit: Int,
    into result: inout [UInt8]
  ) throws(FormatError) -> Int {
    var room = min(max(rest.count * 4, 1 << 16), 1 << 24)
    while true {
      var read = 0
      var wrote = 0
      var outcome = LIBDEFLATE_BAD_DATA
      let piece = [UInt8](unsafeUninitializedCapacity: room) { output, count in
        outcome = libdeflate_gzip_decompress_ex(
          machine, rest.baseAddress, rest.count, output.baseAddress, room, &read, &wrote)
        count = outcome == LIBDEFLATE_SUCCESS ? wrote : 0
      }
      if outcome == LIBDEFLATE_SUCCESS, result.count + wrote <= limit {
        result += piece
        return read
      }
      if outcome == LIBDEFLATE_SUCCESS || outcome == LIBDEFLATE_INSUFFICIENT_SPACE,
        room >= limit - result.count
      {
        throw FormatError(
          format: "gzip", message: "more than \(limit) bytes come out", offset: position)
      }
      guard outcome == LIBDEFLATE_INSUFFICIENT_SPACE else {
        throw FormatError(
          format: "gzip", message: "the bytes are not gzip, are cut short or damaged",
          offset: position)
      }
      room = min(room * 4, limit - result.count)
    }
  }
}
