public import Bytes

/// JSON texts in and out (RFC 8259, RFC 8785).
public enum JSON {
  /// How deep arrays and objects may be nested in a text that is read.
  public static let depthLimit = 128

  /// Reads one JSON text into a tape.
  ///
  /// Strict: UTF-8 without a byte order mark, no duplicate names in an object, no lone surrogate
  /// escapes, no numbers with leading zeros, nothing after the value. Strings are unescaped.
  /// Whole numbers without fraction and exponent that fit 64 bits become integers; every other
  /// number keeps its digits. O(n), hundreds of MB/s.
  /// - Throws: the first fault with offset, line and column.
  public static func parse(
    _ bytes: UnsafeRawBufferPointer, symbols: Symbols = .shared
  ) throws(FormatError) -> Tape {
    var builder = TapeBuilder(symbols: symbols, textCapacity: min(bytes.count, 1 << 30))
    try append(bytes, to: &builder)
    return builder.finish()
  }

  /// Reads one JSON text into a tape.
  public static func parse(_ text: String) throws(FormatError) -> Tape {
    try parse(Array(text.utf8))
  }

  /// Reads one JSON text into a tape.
  public static func parse(_ bytes: [UInt8]) throws(FormatError) -> Tape {
    try bytes.withUnsafeBufferPointer { (raw) throws(FormatError) in
      try parse(UnsafeRawBufferPointer(raw))
    }
  }

  /// Reads one JSON text as the next value of a tape that is being built, under the same rules.
  ///
  /// After an error the builder holds a part of the value and must be dropped.
  public static func append(
    _ bytes: UnsafeRawBufferPointer, to builder: inout TapeBuilder
  ) throws(FormatError) {
    guard bytes.count < Int(UInt32.max), let base = bytes.baseAddress else {
      let message = bytes.isEmpty ? JSONFault.Reason.valueExpected : .tooLarge
      throw FormatError(format: "json", message: message.sentence, offset: 0, line: 1, column: 1)
    }
    var scanner = JSONScanner(base: base, count: bytes.count)
    do throws(JSONFault) {
      try scanner.document(into: &builder)
    } catch {
      throw FormatError(
        format: "json", message: error.reason.sentence, offset: error.offset, in: bytes)
    }
  }

  /// Checks that a text is JSON under the rules of `parse` and says nothing else. O(n).
  public static func check(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
    _ = try parse(bytes, symbols: Symbols())
  }
}

/// What is wrong with a JSON text; trivial, so that the hot path carries no text.
struct JSONFault: Error {
  /// The kinds of fault.
  enum Reason {
    case valueExpected, nameExpected, colonExpected, commaOrEndExpected, literal, number
    case leadingZero, unfinishedString, controlByte, escape, surrogate, encoding, depth
    case duplicateName, trailing, byteOrderMark, tooLarge

    var sentence: String {
      switch self {
      case .valueExpected: "a value is expected here"
      case .nameExpected: "a name in double quotes is expected here"
      case .colonExpected: "a colon is expected after a name"
      case .commaOrEndExpected: "a comma or the end of the array or object is expected here"
      case .literal: "only true, false and null may stand without quotes"
      case .number: "this is not a number as JSON writes it"
      case .leadingZero: "a number may not begin with a zero that digits follow"
      case .unfinishedString: "the string has no closing quote"
      case .controlByte: "a control character in a string must be written as an escape"
      case .escape: "this escape is not one of JSON's"
      case .surrogate: "a surrogate escape must be one of a pair"
      case .encoding: "the bytes are not UTF-8"
      case .depth: "arrays and objects are nested more than \(JSON.depthLimit) deep"
      case .duplicateName: "the name occurs twice in one object"
      case .trailing: "nothing may follow the value"
      case .byteOrderMark: "a byte order mark is not allowed"
      case .tooLarge: "the text is 4 GiB or larger"
      }
    }
  }

  let reason: Reason
  let offset: Int
}
