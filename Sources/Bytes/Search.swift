import CGlue

extension UnsafeRawBufferPointer {
  /// Where `wanted` begins at or behind `start`, or nil. Gigabytes a second.
  public func offset(of wanted: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
    guard let base = baseAddress, start >= 0, start <= count,
      let hit = glue_memmem(base + start, count - start, wanted.baseAddress, wanted.count)
    else { return nil }
    return hit - base
  }
}
