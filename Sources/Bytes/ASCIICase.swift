extension StringProtocol {
  /// Whether two texts are the same but for the case of ASCII letters, as names of header fields
  /// (RFC 9110 §5.1), schemes and hosts (RFC 3986 §6.2.2.1) are compared. O(bytes).
  public func isSame(ignoringASCIICaseOf other: some StringProtocol) -> Bool {
    utf8.count == other.utf8.count
      && zip(utf8, other.utf8).allSatisfy { Self.small($0) == Self.small($1) }
  }

  private static func small(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }
}
