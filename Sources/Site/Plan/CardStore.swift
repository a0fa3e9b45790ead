import Bytes
import Formats
import Glibc
import Machine
import Synchronization

/// The cards of all products in all views, for listings: made once, read by number.
///
/// They lie in a file without a name, so that the memory of a build does not grow with the
/// catalogue; an entry costs eight bytes of memory a product and view.
///
/// `@unchecked Sendable`: positions are written under the lock before any card is read, and the
/// descriptor is used only with `pread` and `pwrite`, which any thread may call.
final class CardStore: @unchecked Sendable {
  private let descriptor: Int32
  private let path: String
  private let end = Mutex<Int64>(0)
  private let places: [UnsafeMutablePointer<UInt64>]
  private let productCount: Int

  /// Makes an empty store for that many views and products. The file is unlinked at once.
  init(folder: String, viewCount: Int, productCount: Int) throws(MachineError) {
    path = "\(folder)/cards.\(getpid())"
    try Files.makeFolders(folder)
    let file = try OpenFile(creating: path)
    let opened = open(path, O_RDWR | O_CLOEXEC)
    guard opened >= 0 else {
      throw MachineError(call: "open", subject: path, number: errno)
    }
    try file.close()
    try Files.remove(path)
    descriptor = opened
    self.productCount = productCount
    places = (0..<viewCount).map { _ in
      let place = UnsafeMutablePointer<UInt64>.allocate(capacity: max(productCount, 1))
      place.initialize(repeating: 0, count: max(productCount, 1))
      return place
    }
  }

  deinit {
    close(descriptor)
    for place in places { place.deallocate() }
  }

  /// Cards of a worker that are not in the file yet.
  struct Batch: ~Copyable {
    fileprivate var bytes = ByteBuffer(capacity: 1 << 18)
    fileprivate var entries: [(view: Int, product: Int, offset: Int, count: Int)] = []

    init() {}

    /// Adds the card of a product in a view.
    mutating func add(_ card: TapeValue, view: Int, product: Int) {
      let offset = bytes.count
      JSON.write(card, into: &bytes)
      entries.append((view, product, offset, bytes.count - offset))
    }
  }

  /// Writes a batch and empties it. Call it once a chunk.
  func flush(_ batch: inout Batch) throws(MachineError) {
    guard !batch.entries.isEmpty else { return }
    let count = batch.bytes.count
    let start = end.withLock { end in
      defer { end += Int64(count) }
      return end
    }
    try batch.bytes.withBytes { (raw) throws(MachineError) in
      var done = 0
      while done < raw.count {
        let wrote = pwrite(
          descriptor, raw.baseAddress.map { $0 + done }, raw.count - done,
          Int(start) + done)
        guard wrote > 0 else { throw MachineError(call: "write", subject: path, number: errno) }
        done += wrote
      }
    }
    // 40 bits of offset, 24 of length; a card is a few hundred bytes.
    for entry in batch.entries {
      places[entry.view][entry.product] =
        UInt64(start + Int64(entry.offset)) << 24 | UInt64(min(entry.count, 0xFF_FFFF))
    }
    batch.entries.removeAll(keepingCapacity: true)
    batch.bytes.removeAll()
  }

  /// The card of a product in a view, or nil where the view does not show it.
  func card(view: Int, product: Int) -> Tape? {
    let place = places[view][product]
    let count = Int(place & 0xFF_FFFF)
    guard count > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    let got = bytes.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress, count, Int(place >> 24))
    }
    guard got == count else { return nil }
    return try? JSON.parse(bytes)  // written by this process in valid JSON
  }
}
