public import Bytes
public import Machine

/// Writes a gzip file piece by piece: members of 1 MiB, compressed on all threads at once, in
/// bounded memory (about 2 MiB a thread). The file does not depend on the number of threads.
public struct GzipFileWriter: ~Copyable {
  private let file: OpenFile
  private var pending: ByteBuffer
  private let level: Int32
  private let workers: Int
  /// Bytes taken in so far.
  public private(set) var inputCount = 0
  /// Bytes written to the file so far.
  public private(set) var outputCount = 0

  /// Makes or empties the file at `path`.
  public init(
    creating path: String, level: Int32 = 6, workers: Int = Parallel.workerCount
  ) throws(MachineError) {
    file = try OpenFile(creating: path)
    self.level = level
    self.workers = max(workers, 1)
    pending = ByteBuffer(capacity: Gzip.memberSize)
  }

  /// Takes the next bytes.
  public mutating func write(_ bytes: UnsafeRawBufferPointer) throws(MachineError) {
    inputCount += bytes.count
    pending.append(bytes)
    let batch = Gzip.memberSize * workers
    while pending.count >= batch { try compress(first: batch) }
  }

  /// Takes all bytes of a buffer.
  public mutating func write(_ buffer: borrowing ByteBuffer) throws(MachineError) {
    inputCount += buffer.count
    pending.append(buffer)
    let batch = Gzip.memberSize * workers
    while pending.count >= batch { try compress(first: batch) }
  }

  /// Writes what is left, syncs the file when asked, and closes it.
  public consuming func finish(syncing: Bool = true) throws(MachineError) {
    if !pending.isEmpty || inputCount == 0 { try compress(first: pending.count) }
    if syncing { try file.sync() }
    try file.close()
  }

  private mutating func compress(first count: Int) throws(MachineError) {
    let compressed = pending.withBytes { bytes in
      Gzip.compress(UnsafeRawBufferPointer(rebasing: bytes[..<count]), level: level)
    }
    try file.write(compressed)
    outputCount += compressed.count
    pending.removeFirst(count)
  }
}
