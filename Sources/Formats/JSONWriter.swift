public import Bytes

/// Builds one JSON text piece by piece; commas are its own business.
///
/// ```swift
/// var json = JSONWriter()
/// json.beginObject()
/// json.key("sku"); json.value("P-88-S")
/// json.key("available"); json.value(4)
/// json.end()
/// let text = json.finish()
/// ```
/// A value without a key in an object, a key in an array and an unended container are mistakes of
/// the programmer and stop the process.
public struct JSONWriter: ~Copyable {
  private struct Level {
    let isObject: Bool
    var isEmpty = true
    var hasKey = false
  }

  private var buffer: ByteBuffer
  private var levels: [Level] = []

  /// Starts an empty text.
  public init(capacity: Int = 1024) { buffer = ByteBuffer(capacity: capacity) }

  /// Number of bytes written so far.
  public var count: Int { buffer.count }

  /// Begins an object.
  public mutating func beginObject() {
    prepare()
    buffer.append(UInt8(ascii: "{"))
    levels.append(Level(isObject: true))
  }

  /// Begins an array.
  public mutating func beginArray() {
    prepare()
    buffer.append(UInt8(ascii: "["))
    levels.append(Level(isObject: false))
  }

  /// Ends the innermost object or array.
  public mutating func end() {
    guard let level = levels.popLast(), !level.hasKey else {
      preconditionFailure("an object or array is ended once, after a value for each key")
    }
    buffer.append(UInt8(ascii: level.isObject ? "}" : "]"))
  }

  /// Writes the name of the next member.
  public mutating func key(_ name: String) {
    guard let level = levels.last, level.isObject, !level.hasKey else {
      preconditionFailure("a key stands in an object, before its value")
    }
    if !level.isEmpty { buffer.append(UInt8(ascii: ",")) }
    levels[levels.count - 1].isEmpty = false
    levels[levels.count - 1].hasKey = true
    buffer.append(jsonString: name)
    buffer.append(UInt8(ascii: ":"))
  }

  /// Writes text.
  public mutating func value(_ text: String) {
    prepare()
    buffer.append(jsonString: text)
  }

  /// Writes UTF-8 text.
  public mutating func value(_ text: UnsafeRawBufferPointer) {
    prepare()
    buffer.append(jsonString: text)
  }

  /// Writes a whole number.
  public mutating func value(_ number: Int64) {
    prepare()
    buffer.append(decimal: number)
  }

  /// Writes a whole number.
  public mutating func value(_ number: Int) { value(Int64(number)) }

  /// Writes true or false.
  public mutating func value(_ flag: Bool) {
    prepare()
    buffer.append(flag ? "true" : "false")
  }

  /// Writes text, or null where there is none.
  public mutating func value(_ text: String?) {
    if let text { value(text) } else { null() }
  }

  /// Writes a whole number, or null where there is none.
  public mutating func value(_ number: Int64?) {
    if let number { value(number) } else { null() }
  }

  /// Writes an instant as RFC 3339, or null where there is none.
  public mutating func value(_ instant: Instant?) {
    guard let instant else { return null() }
    prepare()
    buffer.append(UInt8(ascii: "\""))
    buffer.append(rfc3339: instant)
    buffer.append(UInt8(ascii: "\""))
  }

  /// Writes a value of a tape.
  public mutating func value(_ value: TapeValue) {
    prepare()
    JSON.write(value, into: &buffer)
  }

  /// Writes null.
  public mutating func null() {
    prepare()
    buffer.append("null")
  }

  /// Writes bytes that are one JSON value already.
  public mutating func raw(_ json: UnsafeRawBufferPointer) {
    prepare()
    buffer.append(json)
  }

  /// Writes bytes that are one JSON value already.
  public mutating func raw(_ json: [UInt8]) {
    prepare()
    buffer.append(json)
  }

  /// The finished text.
  public consuming func finish() -> ByteBuffer {
    precondition(levels.isEmpty && !buffer.isEmpty, "a text holds exactly one finished value")
    return buffer
  }

  /// Writes what must stand before a value.
  private mutating func prepare() {
    guard let level = levels.last else {
      precondition(buffer.isEmpty, "a text holds exactly one value")
      return
    }
    precondition(!level.isObject || level.hasKey, "a value in an object follows a key")
    if level.isObject {
      levels[levels.count - 1].hasKey = false
    } else {
      if !level.isEmpty { buffer.append(UInt8(ascii: ",")) }
      levels[levels.count - 1].isEmpty = false
    }
  }
}
