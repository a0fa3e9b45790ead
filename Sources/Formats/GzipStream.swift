import CZlib
import Machine

/// Decompresses gzip piece by piece in bounded memory, for files too large to hold. One or more
/// members. Made and used on one thread.
public final class GzipStream {
  private let stream: UnsafeMutablePointer<z_stream>
  private let room: UnsafeMutableRawBufferPointer
  private var isBetweenMembers = true
  private var read = 0

  /// Makes a decompressor.
  public init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    room = .allocate(byteCount: 1 << 16, alignment: 16)
    let outcome = inflateInit2_(
      stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(outcome == Z_OK, "zlib has memory")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    room.deallocate()
  }

  /// Takes the next piece and hands out what it holds; the bytes are valid only inside `body`.
  /// - Throws: a `FormatError` where the bytes are not gzip, or what `body` throws.
  public func feed(
    _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    guard let base = bytes.baseAddress else { return }
    var position = 0
    while position < bytes.count {
      let size = min(bytes.count - position, 1 << 30)
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: (base + position).assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(size)
      try inflateAll(body)
      let used = size - Int(stream.pointee.avail_in)
      position += used
      read += used
      if used == 0 { throw fault("the bytes are not gzip") }
    }
  }

  /// Says that nothing follows.
  public func finish() throws(FormatError) {
    if !isBetweenMembers || read == 0 { throw fault("the file is cut short") }
  }

  private func inflateAll(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    while stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0 {
      stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(room.count)
      isBetweenMembers = false
      let outcome = inflate(stream, Z_NO_FLUSH)
      guard outcome == Z_OK || outcome == Z_STREAM_END || outcome == Z_BUF_ERROR else {
        throw fault("the bytes are not gzip, or are damaged")
      }
      let made = room.count - Int(stream.pointee.avail_out)
      if made > 0 { try body(UnsafeRawBufferPointer(rebasing: room[..<made])) }
      if outcome == Z_STREAM_END {
        inflateReset(stream)
        isBetweenMembers = true
        stream.pointee.avail_out = UInt32(room.count)
        if stream.pointee.avail_in == 0 { return }
      }
      if outcome == Z_BUF_ERROR { return }
    }
  }

  private func fault(_ message: String) -> FormatError {
    FormatError(format: "gzip", message: message, offset: read)
  }
}

extension XMLReader {
  /// Reads a file, through gzip where it begins as gzip does, in pieces of 64 KiB.
  /// - Throws: a `MachineError`, a `FormatError`, or what `body` throws.
  public static func read(
    file path: String, _ body: @escaping (XMLEvent, XMLPosition) throws -> Void
  ) throws {
    let file = try OpenFile(reading: path)
    let parser = XMLPushParser(body)
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { room.deallocate() }
    var gzip: GzipStream?
    var isFirst = true
    while true {
      let got = try file.read(into: room)
      if got == 0 { break }
      let piece = UnsafeRawBufferPointer(rebasing: room[..<got])
      if isFirst, Gzip.isGzip(piece) { gzip = GzipStream() }
      isFirst = false
      if let gzip {
        try gzip.feed(piece) { try parser.feed($0) }
      } else {
        try parser.feed(piece)
      }
    }
    try gzip?.finish()
    try parser.finish()
  }
}
