extension TapeValue {
  /// Appends what tells a value from every other one: kinds, names, texts and numbers, in order.
  /// Values that were built in the same way give equal bytes in every process. What a tape names
  /// twice is written once.
  public func appendIdentity(to buffer: inout ByteBuffer) {
    var writer = IdentityWriter(tape)
    writer.append(index, to: &buffer)
  }
}

/// A stretch of a tape in which all of a value lies, and nothing else.
public struct TapeSpan: Sendable, Hashable {
  /// Its cells.
  public let cells: Range<Int>
  /// Its text.
  public let text: Range<Int>
}

extension TapeBuilder {
  /// How far the tape has been written; two of these around a value make its span.
  public var extent: (cells: Int, text: Int) { (cells.count, text.count) }

  /// What was written since `start`: one value, whose own cell is not in the span.
  public func span(since start: (cells: Int, text: Int)) -> TapeSpan {
    TapeSpan(cells: start.cells..<cells.count, text: start.text..<text.count)
  }
}

extension Tape {
  /// Appends what tells the value that lies in `span` from every other one that is built in the same
  /// way: its cells, with places counted from the beginning of the span and names by their text,
  /// and its text. Equal bytes in every process, 2 ns a cell.
  public func appendIdentity(of span: TapeSpan, to buffer: inout ByteBuffer) {
    buffer.reserve(16 * span.cells.count + span.text.count)
    for cell in UnsafeBufferPointer(
      rebasing: UnsafeBufferPointer(
        start: cells, count: cellCount)[span.cells])
    {
      var first = cell.first
      switch cell.kind {
      case .string, .number: first &-= UInt32(truncatingIfNeeded: span.text.lowerBound)
      case .array, .object: first &-= UInt32(truncatingIfNeeded: span.cells.lowerBound)
      default: break
      }
      let name = cell.key < 0 ? 0 : symbols.hash(cell.key)
      let head = UInt64(cell.kind.rawValue) | name << 8
      let tail = UInt64(first) | UInt64(cell.count) << 32
      withUnsafeBytes(of: head.littleEndian) { buffer.append($0) }
      withUnsafeBytes(of: tail.littleEndian) { buffer.append($0) }
    }
    buffer.append(
      UnsafeRawBufferPointer(start: text + span.text.lowerBound, count: span.text.count))
  }
}

/// Writes the identity of a value and remembers which containers it has written.
private struct IdentityWriter {
  private let tape: Tape
  /// For each cell, where the container that begins there was written, from 1; 0 where it was not.
  private var places: [UInt32]

  init(_ tape: Tape) {
    self.tape = tape
    places = [UInt32](repeating: 0, count: tape.cellCount)
  }

  mutating func append(_ index: Int, to buffer: inout ByteBuffer) {
    let cell = tape.cells[index]
    buffer.append(cell.kind.rawValue)
    switch cell.kind {
    case .null, .no, .yes: break
    case .integer: withUnsafeBytes(of: cell.integer.littleEndian) { buffer.append($0) }
    case .string, .number:
      withUnsafeBytes(of: cell.count.littleEndian) { buffer.append($0) }
      buffer.append(tape.bytes(of: cell))
    case .array, .object:
      withUnsafeBytes(of: cell.count.littleEndian) { buffer.append($0) }
      guard cell.count > 0 else { return }
      let first = Int(cell.first)
      if places[first] > 0 {
        return withUnsafeBytes(of: places[first].littleEndian) { buffer.append($0) }
      }
      places[first] = UInt32(truncatingIfNeeded: buffer.count)
      for child in first..<(first + Int(cell.count)) {
        if cell.kind == .object {
          tape.symbols.append(tape.cells[child].key, to: &buffer)
          buffer.append(UInt8(0))
        }
        append(child, to: &buffer)
      }
    }
  }
}
