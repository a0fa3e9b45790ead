/// Memory of one page: given out from large chunks, never moved, taken back all at once.
struct Arena: ~Copyable {
  private var base: UnsafeMutableRawPointer
  private var used = 0
  private var capacity: Int
  private var full: [UnsafeMutableRawPointer] = []
  /// Bytes given out since the page began.
  private(set) var total = 0

  init(capacity: Int = 64 * 1024) {
    self.capacity = capacity
    base = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit {
    base.deallocate()
    for chunk in full { chunk.deallocate() }
  }

  /// Memory for `byteCount` bytes, aligned to 8. O(1) but for a new chunk.
  mutating func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let size = (byteCount + 7) & ~7
    if capacity - used < size {
      full.append(base)
      capacity = min(max(capacity * 2, size), max(size, 8 << 20))
      base = .allocate(byteCount: capacity, alignment: 16)
      used = 0
    }
    total += size
    let start = base + used
    used += size
    return start
  }

  /// A copy of `bytes`.
  mutating func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard let source = bytes.baseAddress, bytes.count > 0 else {
      return UnsafeRawBufferPointer(start: UnsafeRawPointer(base), count: 0)
    }
    let start = allocate(bytes.count)
    start.copyMemory(from: source, byteCount: bytes.count)
    return UnsafeRawBufferPointer(start: start, count: bytes.count)
  }

  /// A copy of a list of values.
  mutating func copy(_ values: UnsafeBufferPointer<Value>) -> Value {
    guard let source = values.baseAddress, values.count > 0 else {
      return Value(list: nil, count: 0)
    }
    let start = allocate(values.count * MemoryLayout<Value>.stride)
    start.copyMemory(from: source, byteCount: values.count * MemoryLayout<Value>.stride)
    return Value(list: start.assumingMemoryBound(to: Value.self), count: values.count)
  }

  /// Takes everything back; one chunk is kept.
  mutating func reset() {
    for chunk in full { chunk.deallocate() }
    full.removeAll(keepingCapacity: true)
    used = 0
    total = 0
  }
}
