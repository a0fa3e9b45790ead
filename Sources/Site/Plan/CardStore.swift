import Bytes
import Glibc
import Machine
import Synchronization

/// The cards of all products in all views, for listings: made once, read by number.
///
/// A card is kept as the cells and the text of its tape, so reading one is a copy. The first
/// `memoryLimit` bytes stay in memory; what is more lies in a file without a name, so that the memory
/// of a build does not grow with the catalogue. An entry costs sixteen bytes of memory a product and
/// view besides.
///
/// `@unchecked Sendable`: places and chunks are written before any card is read, each place by one
/// worker and chunks under the lock, and the descriptor is used only with `pread` and `pwrite`, which
/// any thread may call.
final class CardStore: @unchecked Sendable {
  /// Where a card is.
  private struct Place {
    /// Address in memory, or offset in the file.
    var start: UInt64 = 0
    var cellCount: UInt32 = 0
    var textCount: UInt32 = 0

    static let fileMark: UInt64 = 1 << 63
    var cellBytes: Int { Int(cellCount) * MemoryLayout<Cell>.stride }
    var count: Int { cellBytes + Int(textCount) }
  }

  private struct Used {
    var file: UInt64 = 0
    var memory = 0
    var chunks: [UnsafeMutableRawPointer] = []
  }

  /// How many there were in this process: a build and a preview may make one at the same time.
  private static let stores = Atomic<Int>(0)

  private let descriptor: Int32
  private let path: String
  private let used = Mutex(Used())
  private let places: [UnsafeMutablePointer<Place>]
  private let memoryLimit: Int
  /// Adds the cards of a product that have not been made; nil where all have been.
  private let demand: DemandBox?

  private final class DemandBox: Sendable {
    let state: Mutex<Demand>
    init(_ demand: Demand) { state = Mutex(demand) }
  }

  private struct Demand {
    var make: @Sendable (Int, inout Batch) throws -> Void
    var failure: (any Error)?
  }

  /// Makes an empty store for that many views and products. The file is unlinked at once.
  init(
    folder: String, viewCount: Int, productCount: Int, memoryLimit: Int = 16 << 20,
    onDemand make: (@Sendable (Int, inout Batch) throws -> Void)? = nil
  ) throws(MachineError) {
    demand = make.map { DemandBox(Demand(make: $0)) }
    let number = Self.stores.wrappingAdd(1, ordering: .relaxed).newValue
    path = "\(folder)/cards.\(getpid()).\(number)"
    self.memoryLimit = memoryLimit
    try Files.makeFolders(folder)
    let file = try OpenFile(creating: path)
    let opened = open(path, O_RDWR | O_CLOEXEC)
    guard opened >= 0 else {
      throw MachineError(call: "open", subject: path, number: errno)
    }
    try file.close()
    try Files.remove(path)
    descriptor = opened
    places = (0..<viewCount).map { _ in
      let place = UnsafeMutablePointer<Place>.allocate(capacity: max(productCount, 1))
      place.initialize(repeating: Place(), count: max(productCount, 1))
      return place
    }
  }

  deinit {
    close(descriptor)
    for place in places { place.deallocate() }
    used.withLock { for chunk in $0.chunks { chunk.deallocate() } }
  }

  /// Cards of a worker that are not in the store yet.
  struct Batch: ~Copyable {
    fileprivate var bytes = ByteBuffer(capacity: 1 << 18)
    fileprivate var entries: [(view: Int, product: Int, offset: Int, cells: Int, text: Int)] = []

    init() {}

    /// Adds the card of a product in a view. Its root is its last cell.
    mutating func add(_ card: Tape, view: Int, product: Int) {
      while bytes.count % MemoryLayout<Cell>.alignment != 0 { bytes.append(0) }
      let offset = bytes.count
      bytes.append(
        UnsafeRawBufferPointer(UnsafeBufferPointer(start: card.cells, count: card.cellCount)))
      bytes.append(UnsafeRawBufferPointer(start: card.text, count: card.textCount))
      entries.append((view, product, offset, card.cellCount, card.textCount))
    }
  }

  /// Stores a batch and empties it. Call it once a chunk.
  func flush(_ batch: inout Batch) throws(MachineError) {
    guard !batch.entries.isEmpty else { return }
    let count = batch.bytes.count
    let chunk = used.withLock { used -> UnsafeMutableRawPointer? in
      guard used.memory + count <= memoryLimit else { return nil }
      used.memory += count
      let chunk = UnsafeMutableRawPointer.allocate(
        byteCount: count, alignment: MemoryLayout<Cell>.alignment)
      used.chunks.append(chunk)
      return chunk
    }
    let start: UInt64
    if let chunk {
      batch.bytes.withBytes { bytes in
        UnsafeMutableRawBufferPointer(start: chunk, count: count).copyMemory(from: bytes)
      }
      start = UInt64(UInt(bitPattern: chunk))
    } else {
      start = try write(batch.bytes) | Place.fileMark
    }
    for entry in batch.entries {
      places[entry.view][entry.product] = Place(
        start: start + UInt64(entry.offset), cellCount: UInt32(entry.cells),
        textCount: UInt32(entry.text))
    }
    batch.entries.removeAll(keepingCapacity: true)
    batch.bytes.removeAll()
  }

  private func write(_ bytes: borrowing ByteBuffer) throws(MachineError) -> UInt64 {
    let count = bytes.count
    let start = used.withLock { used in
      defer { used.file += UInt64(count) }
      return used.file
    }
    try bytes.withBytes { (raw) throws(MachineError) in
      var done = 0
      while done < raw.count {
        let wrote = pwrite(
          descriptor, raw.baseAddress.map { $0 + done }, raw.count - done, Int(start) + done)
        guard wrote > 0 else { throw MachineError(call: "write", subject: path, number: errno) }
        done += wrote
      }
    }
    return start
  }

  /// What went wrong while cards were made on demand.
  var failure: (any Error)? { demand?.state.withLock { $0.failure } }

  /// Where a card is; it is made first where that is still to be done.
  private func place(view: Int, product: Int) -> Place {
    guard let demand else { return places[view][product] }
    return demand.state.withLock { demand in
      let known = places[view][product]
      if known.cellCount > 0 || demand.failure != nil { return known }
      do {
        var batch = Batch()
        try demand.make(product, &batch)
        try flush(&batch)
      } catch {
        demand.failure = error
      }
      return places[view][product]
    }
  }

  /// Appends the card of a product in a view to a tape; nothing where the view does not show it.
  func append(view: Int, product: Int, to builder: inout TapeBuilder) {
    let place = place(view: view, product: product)
    guard place.cellCount > 0 else { return }
    withBytes(of: place) { bytes in
      let cells = bytes.prefix(place.cellBytes)
      builder.append(
        cells: UnsafeRawBufferPointer(rebasing: cells).bindMemory(to: Cell.self),
        root: Int(place.cellCount) - 1,
        text: UnsafeRawBufferPointer(rebasing: bytes.dropFirst(place.cellBytes)))
    }
  }

  private func withBytes(of place: Place, _ body: (UnsafeRawBufferPointer) -> Void) {
    guard place.start & Place.fileMark != 0 else {
      let memory = UnsafeRawPointer(bitPattern: UInt(place.start))
      return body(UnsafeRawBufferPointer(start: memory, count: place.count))
    }
    withUnsafeTemporaryAllocation(
      byteCount: place.count, alignment: MemoryLayout<Cell>.alignment
    ) { room in
      let offset = Int(place.start & ~Place.fileMark)
      guard pread(descriptor, room.baseAddress, place.count, offset) == place.count else { return }
      body(UnsafeRawBufferPointer(room))
    }
  }

  /// The card of a product in a view, or nil where the view does not show it.
  func card(view: Int, product: Int) -> Tape? {
    guard place(view: view, product: product).cellCount > 0 else { return nil }
    var builder = TapeBuilder()
    append(view: view, product: product, to: &builder)
    return builder.finish()
  }
}
