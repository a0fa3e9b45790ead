public import Bytes

/// Writes XML 1.0 in UTF-8 from start to end, in one pass, and hands it out in pieces.
///
/// ```swift
/// var xml = XMLWriter()
/// xml.declaration()
/// xml.start("item")
/// xml.element("g:price", "18500.00 EUR")
/// xml.end()
/// ```
/// Characters that XML 1.0 forbids are left out and counted, malformed UTF-8 becomes U+FFFD and is
/// counted too, so that any text gives a well-formed document. Names are written as they are.
public struct XMLWriter: ~Copyable {
  private var buffer: ByteBuffer
  private var names = ByteBuffer(capacity: 256)
  private var nameStarts: [Int] = []
  private var isTagOpen = false
  private var holdsElements: [Bool] = []
  private let isIndented: Bool
  private let baseDepth: Int
  /// How many characters had to be left out or replaced so far.
  public private(set) var cleanedCount = 0
  /// Bytes handed out by `drain` so far.
  public private(set) var drainedCount = 0

  /// Starts a document. With `isIndented` each element stands on its own line; text is never
  /// touched by that. `baseDepth` is how many elements are open around what is written, for pieces
  /// that are put into a document made by another writer.
  public init(capacity: Int = 4096, isIndented: Bool = true, baseDepth: Int = 0) {
    buffer = ByteBuffer(capacity: capacity)
    self.baseDepth = baseDepth
    self.isIndented = isIndented
  }

  /// Bytes that wait to be drained.
  public var pendingCount: Int { buffer.count }

  /// Bytes written so far, drained or not.
  public var count: Int { drainedCount + buffer.count + (isTagOpen ? 1 : 0) }

  /// How many elements are open.
  public var depth: Int { nameStarts.count }

  /// Writes the XML declaration.
  public mutating func declaration() {
    buffer.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
    if isIndented { buffer.append(UInt8(ascii: "\n")) }
  }

  /// Opens an element.
  public mutating func start(_ name: String) {
    closeTag()
    if baseDepth + nameStarts.count > 0 { newLine(indentedBy: baseDepth + nameStarts.count) }
    if !holdsElements.isEmpty { holdsElements[holdsElements.count - 1] = true }
    nameStarts.append(names.count)
    holdsElements.append(false)
    names.append(name)
    buffer.append(UInt8(ascii: "<"))
    buffer.append(name)
    isTagOpen = true
  }

  /// Writes an attribute of the element that was opened last, before anything stands in it.
  public mutating func attribute(_ name: String, _ value: String) {
    precondition(isTagOpen, "an attribute stands in a start tag")
    buffer.append(UInt8(ascii: " "))
    buffer.append(name)
    buffer.append("=\"")
    var copy = value
    copy.withUTF8 { append(UnsafeRawBufferPointer($0), isAttribute: true) }
    buffer.append(UInt8(ascii: "\""))
  }

  /// Writes text into the open element.
  public mutating func text(_ text: String) {
    var copy = text
    copy.withUTF8 { self.text(UnsafeRawBufferPointer($0)) }
  }

  /// Writes UTF-8 text into the open element.
  public mutating func text(_ bytes: UnsafeRawBufferPointer) {
    closeTag()
    append(bytes, isAttribute: false)
  }

  /// Writes an element that holds only text.
  public mutating func element(_ name: String, _ text: String) {
    start(name)
    self.text(text)
    end()
  }

  /// Writes an element that holds only text, or nothing where there is no text.
  public mutating func element(_ name: String, _ text: String?) {
    if let text { element(name, text) }
  }

  /// Writes an element that holds only UTF-8 text.
  public mutating func element(_ name: String, _ bytes: UnsafeRawBufferPointer) {
    start(name)
    text(bytes)
    end()
  }

  /// Closes the element that was opened last.
  public mutating func end() {
    guard let start = nameStarts.popLast(), let heldElements = holdsElements.popLast() else {
      preconditionFailure("an element is closed only after it was opened")
    }
    if isTagOpen {
      buffer.append("/>")
      isTagOpen = false
    } else {
      if heldElements { newLine(indentedBy: baseDepth + nameStarts.count) }
      buffer.append("</")
      names.withBytes { buffer.append(UnsafeRawBufferPointer(rebasing: $0[start...])) }
      buffer.append(UInt8(ascii: ">"))
    }
    names.truncate(to: start)
    if nameStarts.isEmpty, isIndented, baseDepth == 0 { buffer.append(UInt8(ascii: "\n")) }
  }

  /// Says that elements written elsewhere stand in the open element, so that its end tag gets a line
  /// of its own.
  public mutating func noteForeignElements() {
    closeTag()
    if !holdsElements.isEmpty { holdsElements[holdsElements.count - 1] = true }
  }

  /// Writes bytes that are well-formed XML already.
  public mutating func raw(_ bytes: UnsafeRawBufferPointer) {
    closeTag()
    buffer.append(bytes)
  }

  /// Hands out what has been written since the last call and forgets it; call it between elements
  /// to keep memory bounded.
  public mutating func drain<Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    closeTag()
    try buffer.withBytes { (bytes) throws(Failure) in try body(bytes) }
    drainedCount += buffer.count
    buffer.removeAll()
  }

  /// The bytes that were not drained, with all elements closed.
  public consuming func finish() -> ByteBuffer {
    while !nameStarts.isEmpty { end() }
    return buffer
  }

  private mutating func closeTag() {
    guard isTagOpen else { return }
    buffer.append(UInt8(ascii: ">"))
    isTagOpen = false
  }

  private mutating func newLine(indentedBy depth: Int) {
    guard isIndented else { return }
    buffer.append(UInt8(ascii: "\n"))
    for _ in 0..<depth { buffer.append("  ") }
  }

  private mutating func append(_ bytes: UnsafeRawBufferPointer, isAttribute: Bool) {
    if XMLText.isPlain(bytes) {
      buffer.append(escapingMarkup: bytes)
    } else {
      cleanedCount += XMLText.append(bytes, isAttribute: isAttribute, to: &buffer)
    }
  }
}
