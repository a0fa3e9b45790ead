import Bytes

/// Many short texts one after another: ids and handles of all products, at the cost of their bytes.
struct TextTable: Sendable, Equatable, RandomAccessCollection {
  private var ends: [UInt32] = []
  private var bytes: [UInt8] = []

  /// An empty table.
  init() {}

  /// Lays texts one after another.
  init(_ texts: some Sequence<String>) {
    for text in texts { append(text) }
  }

  var startIndex: Int { 0 }
  var endIndex: Int { ends.count }

  private func range(_ index: Int) -> Range<Int> {
    (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
  }

  subscript(index: Int) -> String { String(decoding: bytes[range(index)], as: UTF8.self) }

  /// Whether the text at an index is empty.
  func isEmpty(at index: Int) -> Bool { range(index).isEmpty }

  /// Adds a text at the end.
  mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
    ends.append(UInt32(truncatingIfNeeded: bytes.count))
  }

  /// Index of a text in a table that is in byte order, and whether it is there: where not, it would
  /// stand there. O(log texts).
  func place(of text: String) -> (index: Int, isThere: Bool) {
    let wanted = Array(text.utf8)
    var low = 0
    var high = ends.count
    while low < high {
      let middle = (low + high) / 2
      if bytes[range(middle)].lexicographicallyPrecedes(wanted) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return (low, low < ends.count && bytes[range(low)].elementsEqual(wanted))
  }

  /// Indices of those of some texts that are in a table in byte order. O(texts × log table).
  func places(of texts: [String]) -> [Int32] {
    texts.compactMap { text in
      let place = place(of: text)
      return place.isThere ? Int32(place.index) : nil
    }
  }

  /// Indices of a text, in order. O(bytes).
  func indices(of text: String) -> [Int] {
    let wanted = Array(text.utf8)
    return indices.filter { index in
      let range = range(index)
      return range.count == wanted.count && bytes[range].elementsEqual(wanted)
    }
  }

  // MARK: Keeping

  /// Appends the table.
  func append(to buffer: inout ByteBuffer) {
    buffer.append(array: ends)
    buffer.append(counted: bytes)
  }

  /// Reads what `append(to:)` wrote.
  init(reading reader: inout ByteReader) {
    ends = reader.array()
    bytes = reader.counted()
  }
}
