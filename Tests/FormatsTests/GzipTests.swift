import Formats
import Machine
import Support
import Testing

@Suite("Gzip")
struct GzipTests {
  private func sample(_ count: Int) -> [UInt8] {
    let random = SeededRandom(seed: 7)
    return (0..<count).map { _ in UInt8(random.below(20)) }
  }

  @Test("bytes come back", arguments: [0, 1, 100, 1 << 20, (1 << 20) + 1, 3_000_000])
  func roundTrip(_ count: Int) throws {
    let bytes = sample(count)
    let packed = Gzip.compress(bytes)
    #expect(try Gzip.decompress(packed) == bytes)
    #expect(packed == Gzip.compress(bytes))
  }

  @Test("gunzip reads the members that we write, whatever the number of threads")
  func foreignReader() throws {
    let folder = try ScratchFolder()
    let bytes = sample(2_500_000)
    var files: [[UInt8]] = []
    for workers in [1, 3] {
      let path = "\(folder.path)/\(workers).gz"
      var writer = try GzipFileWriter(creating: path, workers: workers)
      for start in stride(from: 0, to: bytes.count, by: 300_000) {
        try bytes[start..<min(start + 300_000, bytes.count)].withUnsafeBytes {
          try writer.write($0)
        }
      }
      try writer.finish()
      files.append(try Files.read(path))
      #expect(try Gzip.decompress(files[files.count - 1]) == bytes)
    }
    #expect(files[0] == files[1])
    var unpacked: [UInt8] = []
    let stream = GzipStream()
    for start in stride(from: 0, to: files[0].count, by: 777) {
      let end = min(start + 777, files[0].count)
      try files[0][start..<end].withUnsafeBytes { piece in
        try stream.feed(piece) { unpacked += $0 }
      }
    }
    try stream.finish()
    #expect(unpacked == bytes)
  }

  @Test("damaged, cut and foreign bytes are refused")
  func refused() {
    let packed = Gzip.compress(sample(10_000))
    var damaged = packed
    damaged[packed.count / 2] ^= 0x55
    for bytes in [[], [1, 2, 3], Array(packed.dropLast(4)), damaged, packed + [0]] {
      #expect(throws: FormatError.self) { try Gzip.decompress(bytes) }
      #expect(throws: (any Error).self) {
        let stream = GzipStream()
        try bytes.withUnsafeBytes { piece in try stream.feed(piece) { _ in } }
        try stream.finish()
      }
    }
  }

  @Test("a small file that grows huge is refused at the limit")
  func bomb() {
    let packed = Gzip.compress([UInt8](repeating: 0, count: 5_000_000))
    #expect(throws: FormatError.self) { try Gzip.decompress(packed, limit: 4_000_000) }
    #expect(throws: Never.self) { try Gzip.decompress(packed, limit: 5_000_000) }
  }
}

@Suite("Lines")
struct LineScannerTests {
  @Test("lines are the same however the stream is cut", arguments: [1, 2, 3, 5, 100])
  func pieces(_ size: Int) {
    let bytes = Array("un\r\ndeux\n\ntrois\rx\nlast".utf8)
    var scanner = LineScanner()
    var lines: [String] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { piece in
        scanner.feed(piece) { lines.append(String(decoding: $0, as: UTF8.self)) }
      }
    }
    scanner.finish { lines.append(String(decoding: $0, as: UTF8.self)) }
    #expect(lines == ["un", "deux", "", "trois\rx", "last"])
    #expect(scanner.lineCount == 5)
  }
}
