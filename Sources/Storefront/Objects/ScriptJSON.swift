public import Bytes
import Formats

/// Builds JSON that can stand in a script element: `<`, `>` and `&` are written as escapes.
public struct ScriptJSON: ~Copyable {
  private var buffer = ByteBuffer(capacity: 1024)
  private var needsComma = false

  /// Starts an empty text.
  public init() {}

  /// Writes an object whose members `body` writes.
  public mutating func object(_ body: (inout ScriptJSON) -> Void) {
    separate()
    buffer.append(UInt8(ascii: "{"))
    needsComma = false
    body(&self)
    buffer.append(UInt8(ascii: "}"))
    needsComma = true
  }

  /// Writes an array, one value an element.
  public mutating func array<Element>(
    _ elements: [Element], _ write: (inout ScriptJSON, Element) -> Void
  ) {
    separate()
    buffer.append("[")
    needsComma = false
    for element in elements { write(&self, element) }
    buffer.append("]")
    needsComma = true
  }

  /// Writes the name of the next value, which needs no escapes.
  public mutating func key(_ name: StaticString) {
    buffer.reserve(name.utf8CodeUnitCount + 4)
    separate()
    buffer.append(UInt8(ascii: "\""))
    buffer.append(name)
    buffer.append(UInt8(ascii: "\""))
    buffer.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes the name of the next value.
  public mutating func key(named name: String) {
    separate()
    buffer.append(jsonString: name, insideScript: true)
    buffer.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a member of an object: a word that needs no escapes.
  public mutating func member(_ name: StaticString, word: StaticString) {
    key(name)
    buffer.append(UInt8(ascii: "\""))
    buffer.append(word)
    buffer.append(UInt8(ascii: "\""))
    needsComma = true
  }

  /// Writes a member of an object: text that two parts make up.
  public mutating func member(_ name: StaticString, _ first: String, _ second: String) {
    key(name)
    value(first, second)
  }

  /// Writes text that two or three parts make up.
  public mutating func value(_ first: String, _ second: String, _ third: String = "") {
    separate()
    buffer.append(UInt8(ascii: "\""))
    append(first)
    append(second)
    append(third)
    buffer.append(UInt8(ascii: "\""))
    needsComma = true
  }

  private mutating func append(_ text: String) {
    buffer.append(escapingJSON: text, insideScript: true)
  }

  /// Writes text.
  public mutating func value(_ text: String) {
    separate()
    buffer.append(jsonString: text, insideScript: true)
    needsComma = true
  }

  /// Writes a whole number.
  public mutating func value(_ number: Int) {
    separate()
    buffer.append(decimal: number)
    needsComma = true
  }

  /// Writes a value of a tape.
  public mutating func value(_ value: TapeValue) {
    separate()
    JSON.write(value, into: &buffer, insideScript: true)
    needsComma = true
  }

  /// Writes a member of an object.
  public mutating func member(_ name: StaticString, _ text: String) {
    key(name)
    value(text)
  }

  /// Writes a member of an object.
  public mutating func member(named name: String, _ text: String) {
    key(named: name)
    value(text)
  }

  /// The finished text.
  public consuming func finish() -> ByteBuffer { buffer }

  private mutating func separate() {
    if needsComma { buffer.append(UInt8(ascii: ",")) }
  }
}
