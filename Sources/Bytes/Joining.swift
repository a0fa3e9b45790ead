import Glibc

extension String {
  /// Joins two to four texts in one piece. An interpolation grows its text part by part, which takes
  /// three times as long; addresses are joined a dozen times a page.
  public init(
    joining first: String, _ second: String, _ third: String = "", _ fourth: String = ""
  ) {
    let count =
      first.utf8.count &+ second.utf8.count &+ third.utf8.count &+ fourth.utf8.count
    self.init(unsafeUninitializedCapacity: count) { target in
      var used = 0
      Self.copy(first, to: target, &used)
      Self.copy(second, to: target, &used)
      Self.copy(third, to: target, &used)
      Self.copy(fourth, to: target, &used)
      return used
    }
  }

  @inline(__always)
  private static func copy(
    _ text: String, to target: UnsafeMutableBufferPointer<UInt8>, _ used: inout Int
  ) {
    let isCopied: Void? = text.utf8.withContiguousStorageIfAvailable { source in
      guard let from = source.baseAddress, let base = target.baseAddress else { return }
      memcpy(base + used, from, source.count)
      used &+= source.count
    }
    guard isCopied == nil else { return }
    for byte in text.utf8 {
      target[used] = byte
      used &+= 1
    }
  }
}
