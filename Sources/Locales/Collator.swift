import CGlue

/// Puts texts into the order of a language (UTS 10 with the locale's tailoring).
///
/// Owned and used by one thread.
public struct Collator: ~Copyable {
  private let handle: UnsafeMutableRawPointer?

  /// Opens the order of `locale` (BCP 47).
  public init(locale: String) {
    handle = glue_icu_collator_open(ICU.name(locale))
  }

  deinit {
    if let handle { glue_icu_collator_close(handle) }
  }

  /// Bytes whose order is the order of the texts. Equal keys mean texts that differ in nothing that
  /// the language sorts by.
  public func sortKey(_ text: String) -> [UInt8] {
    guard let handle else { return Array(text.utf8) }
    let units = Array(text.utf16)
    let length = Int32(clamping: units.count)
    let needed = glue_icu_sort_key(handle, units, length, nil, 0)
    return [UInt8](unsafeUninitializedCapacity: Int(needed)) { buffer, count in
      let written = glue_icu_sort_key(handle, units, length, buffer.baseAddress, needed)
      // The key ends with a zero, which says nothing.
      count = max(Int(written) - 1, 0)
    }
  }
}
