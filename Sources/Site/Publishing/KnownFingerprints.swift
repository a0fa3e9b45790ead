import Bytes

/// A set of fingerprints, which are evenly spread already: hashing them again, as `Set` does, took
/// half of the time in which a page's pictures are found.
struct KnownFingerprints {
  private var slots: [Fingerprint?]
  private var count = 0

  /// Makes an empty set with room for some; it grows.
  init() { slots = Array(repeating: nil, count: 64) }

  /// Adds a fingerprint. Gives whether it was not there.
  mutating func insert(_ fingerprint: Fingerprint) -> Bool {
    if count &* 2 >= slots.count { grow() }
    return put(fingerprint)
  }

  private mutating func put(_ fingerprint: Fingerprint) -> Bool {
    let mask = slots.count &- 1
    var place = Int(truncatingIfNeeded: fingerprint.low) & mask
    while let other = slots[place] {
      if other == fingerprint { return false }
      place = (place &+ 1) & mask
    }
    slots[place] = fingerprint
    count &+= 1
    return true
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: nil, count: old.count * 2)
    count = 0
    for case let fingerprint? in old { _ = put(fingerprint) }
  }
}
