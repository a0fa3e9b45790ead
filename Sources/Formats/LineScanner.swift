import Bytes
import Glibc

/// Splits a stream of bytes into lines; only a line that two pieces share is copied.
///
/// A line ends in LF or CR LF, which are not part of it. The last line needs no end.
public struct LineScanner: ~Copyable {
  private var rest = ByteBuffer(capacity: 4096)
  /// How many lines have been handed out.
  public private(set) var lineCount = 0

  /// Makes a scanner.
  public init() {}

  /// Bytes of the unfinished line that are held back, for callers that limit the length of a line.
  public var pendingCount: Int { rest.count }

  /// Takes the next piece and calls `body` for each line that it ends; the bytes are valid only
  /// inside `body`. O(piece).
  public mutating func feed<Failure: Error>(
    _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var start = 0
    while let end = Self.lineEnd(bytes, from: start) {
      let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
      start = end + 1
      lineCount += 1
      if rest.isEmpty {
        try body(Self.withoutReturn(piece))
      } else {
        rest.append(piece)
        var line = ByteBuffer(capacity: 4096)
        swap(&line, &rest)
        try line.withBytes { (whole) throws(Failure) in try body(Self.withoutReturn(whole)) }
        line.removeAll()
        swap(&line, &rest)
      }
    }
    rest.append(UnsafeRawBufferPointer(rebasing: bytes[start...]))
  }

  /// Hands out the last line if it had no end.
  public mutating func finish<Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    guard !rest.isEmpty else { return }
    lineCount += 1
    try rest.withBytes { (line) throws(Failure) in try body(Self.withoutReturn(line)) }
    rest.removeAll()
  }

  private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard let base = bytes.baseAddress, start < bytes.count,
      let found = memchr(base + start, 10, bytes.count - start)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }

  private static func withoutReturn(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    line.last == 13 ? UnsafeRawBufferPointer(rebasing: line.dropLast()) : line
  }
}
