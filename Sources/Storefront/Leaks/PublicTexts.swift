import Bytes
import Machine

/// The texts that anybody who sees a root may read, with who says so: they are only ever searched as a
/// whole, for what is private elsewhere.
///
/// A megabyte of them is in memory; what is more lies in a file without a name, so that a catalogue of
/// any size can be noted. A text that several products share is kept about four times at most, which is
/// enough to know that it stays public.
struct PublicTexts: Sendable {
  /// What one product says: where its text ends and which product.
  private struct Entry: BitwiseCopyable {
    var end: UInt32
    var witness: Int32
  }

  /// A part that lies in the file.
  private struct Part {
    var start: Int
    var entryCount: Int
    var byteCount: Int
  }

  private struct Sight {
    var last: Int32
    var count: UInt8
  }

  private var bytes: [UInt8] = []
  private var entries: [Entry] = []
  private var parts: [Part] = []
  private var file: NamelessFile?
  private let folder: String?
  private let limit: Int
  /// Texts that were noted lately.
  private var seen: [Fingerprint: Sight] = [:]

  private static let sightLimit = 4096

  /// Keeps all in memory where there is no folder for more than `limit` bytes.
  init(folder: String? = nil, limit: Int = 1 << 20) {
    self.folder = folder
    self.limit = limit
  }

  /// Whether nothing was noted.
  var isEmpty: Bool { entries.isEmpty && parts.isEmpty }

  /// Notes a text because of a product.
  mutating func append(_ text: String, _ witness: Int32) {
    let fingerprint = Fingerprint(of: text)
    if let sight = seen[fingerprint] {
      if sight.last == witness || sight.count > 3 { return }
      seen[fingerprint] = Sight(last: witness, count: sight.count + 1)
    } else {
      if seen.count >= Self.sightLimit { seen.removeAll(keepingCapacity: true) }
      seen[fingerprint] = Sight(last: witness, count: 1)
    }
    for form in Self.forms(of: text) {
      bytes.append(contentsOf: form.utf8)
      bytes.append(0)
      entries.append(Entry(end: UInt32(bytes.count), witness: witness))
    }
    if bytes.count >= limit { spill() }
  }

  /// The forms that searching does not make itself: capitals and small letters beyond ASCII.
  static func forms(of text: String) -> [String] {
    text.utf8.allSatisfy { $0 < 0x80 } ? [text] : [text, text.uppercased(), text.lowercased()]
  }

  private mutating func spill() {
    guard let folder else { return }
    do {
      let file = try file ?? NamelessFile(in: folder)
      self.file = file
      let start = try entries.withUnsafeBytes { (raw) throws(MachineError) in
        try file.append(raw)
      }
      let second = try bytes.withUnsafeBytes { (raw) throws(MachineError) in
        try file.append(raw)
      }
      let entrySize = entries.count * MemoryLayout<Entry>.stride
      // Another copy of these texts wrote in between: then they stay where they are.
      guard second == start + entrySize else { return }
      parts.append(Part(start: start, entryCount: entries.count, byteCount: bytes.count))
      entries.removeAll(keepingCapacity: true)
      bytes.removeAll(keepingCapacity: true)
    } catch {
      return  // the disk is full: memory holds them
    }
  }

  /// Notes all that others note.
  mutating func append(_ other: PublicTexts) {
    other.forEachPart { text, entries in
      var start = 0
      for entry in entries {
        let end = Int(entry.end)
        append(String(decoding: text[start..<(end - 1)], as: UTF8.self), entry.witness)
        start = end
      }
    }
  }

  /// Calls `found` with witness and number of each string of a matcher that one of the texts contains as
  /// it is, in capitals or in small letters. O(bytes).
  func search(_ matcher: PatternMatcher, _ found: (Int32, Int) -> Void) {
    guard !matcher.isEmpty else { return }
    var changed: [UInt8] = []
    forEachPart { text, entries in
      matcher.search(text) { offset, number in
        found(Self.witness(at: offset, entries), number)
      }
      for change in [Self.capital, Self.small] {
        changed.removeAll(keepingCapacity: true)
        changed.append(contentsOf: text)
        changed.withUnsafeMutableBufferPointer { bytes in
          for index in bytes.indices { bytes[index] = change(bytes[index]) }
        }
        changed.withUnsafeBytes { text in
          matcher.search(text) { offset, number in
            found(Self.witness(at: offset, entries), number)
          }
        }
      }
    }
  }

  /// A letter of ASCII as a capital.
  static func capital(_ byte: UInt8) -> UInt8 { byte &- 0x61 < 26 ? byte - 0x20 : byte }
  /// A letter of ASCII as a small one.
  static func small(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte + 0x20 : byte }

  private static func witness(at offset: Int, _ entries: UnsafeBufferPointer<Entry>) -> Int32 {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if Int(entries[middle].end) <= offset { low = middle + 1 } else { high = middle }
    }
    return entries[low].witness
  }

  /// A part that cannot be read is passed over: then more is searched for than need be, never less.
  private func forEachPart(
    _ body: (UnsafeRawBufferPointer, UnsafeBufferPointer<Entry>) -> Void
  ) {
    for part in parts {
      let entrySize = part.entryCount * MemoryLayout<Entry>.stride
      let room = UnsafeMutableRawBufferPointer.allocate(
        byteCount: entrySize + part.byteCount, alignment: 16)
      defer { room.deallocate() }
      guard (try? file?.read(from: part.start, into: room)) != nil else { continue }
      body(
        UnsafeRawBufferPointer(rebasing: room[entrySize...]),
        UnsafeRawBufferPointer(rebasing: room[..<entrySize]).bindMemory(to: Entry.self))
    }
    bytes.withUnsafeBytes { text in
      entries.withUnsafeBufferPointer { entries in body(text, entries) }
    }
  }
}

/// Values of which all products must be asked whether one makes them public.
public struct SecretQuestion: Sendable {
  let texts: [[UInt8]]
  let amounts: Set<PriceText.Amount>
  private let matcher: PatternMatcher
  /// Who makes each text public, by its number, and each amount.
  private(set) var textAnswers: [Int: Witnesses] = [:]
  private(set) var amountAnswers: [PriceText.Amount: Witnesses] = [:]

  init(texts: [[UInt8]], amounts: Set<PriceText.Amount>) {
    self.texts = texts
    self.amounts = amounts
    matcher = PatternMatcher(texts, wholeNumbers: true)
  }

  /// Whether there is nothing to ask.
  public var isEmpty: Bool { texts.isEmpty && amounts.isEmpty }

  /// Looks whether a public text answers it.
  mutating func hear(_ text: String, _ witness: Int32) {
    guard !matcher.isEmpty else { return }
    var found: [Int] = []
    for form in PublicTexts.forms(of: text) {
      var bytes = Array(form.utf8)
      bytes.withUnsafeBytes { matcher.search($0) { found.append($1) } }
      for change in [PublicTexts.capital, PublicTexts.small] {
        for index in bytes.indices { bytes[index] = change(bytes[index]) }
        bytes.withUnsafeBytes { matcher.search($0) { found.append($1) } }
      }
    }
    for number in found { textAnswers[number, default: Witnesses()].add(witness) }
  }

  /// Looks whether a public amount answers it.
  mutating func hear(_ amount: PriceText.Amount, _ witness: Int32) {
    if amounts.contains(amount) { amountAnswers[amount, default: Witnesses()].add(witness) }
  }

  /// Adds the answers that others heard to the same question.
  public mutating func add(_ other: SecretQuestion) {
    for (number, witnesses) in other.textAnswers {
      textAnswers[number, default: Witnesses()].add(witnesses)
    }
    for (amount, witnesses) in other.amountAnswers {
      amountAnswers[amount, default: Witnesses()].add(witnesses)
    }
  }
}
