import Bytes

/// A compiled statement that its connection keeps; lent to one `Statement` at a time.
final class KeptStatement {
  let handle: OpaquePointer
  var isIdle = false

  init(_ handle: OpaquePointer) { self.handle = handle }
}

/// The text of a statement as a key. Texts are some hundred bytes long and looked up before each run:
/// a fingerprint of them costs a tenth of hashing them byte by byte.
struct StatementText: Hashable {
  private let text: String
  private let mark: UInt64

  init(_ text: String) {
    self.text = text
    mark = Fingerprint(of: text).low
  }

  static func == (one: StatementText, other: StatementText) -> Bool {
    one.mark == other.mark && one.text == other.text
  }

  func hash(into hasher: inout Hasher) { hasher.combine(mark) }
}
