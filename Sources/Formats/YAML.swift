public import Bytes
import CYAML
import Diagnostics

/// YAML 1.2 documents, as people write settings and front matter.
public enum YAML {
  /// How deep sequences and mappings may be nested.
  public static let depthLimit = 64

  /// Reads one document.
  ///
  /// Keys are scalars and occur once in a mapping. Anchors and aliases are refused, so that a small
  /// text never stands for a large one. `firstLine` is the line of `file` on which `text` begins,
  /// for front matter. An empty text is null.
  /// - Throws: the first fault with file, line, column and excerpt.
  public static func parse(
    _ text: String, file: String, firstLine: Int = 1
  ) throws(YAMLError) -> YAMLNode {
    let bytes = Array(text.utf8)
    return try bytes.withUnsafeBufferPointer { (raw) throws(YAMLError) in
      let parser = YAMLParser(bytes: raw, file: file, firstLine: firstLine)
      return try parser.document()
    }
  }

  /// The document as a tape, typed by the core schema (YAML 1.2 §10.3): plain scalars become null,
  /// booleans and numbers, all others text. `.inf` and `.nan`, which JSON lacks, stay text.
  public static func tape(_ node: YAMLNode, symbols: Symbols = .shared) -> Tape {
    var builder = TapeBuilder(symbols: symbols)
    append(node, to: &builder)
    return builder.finish()
  }

  /// Appends a node to a tape that is being built, typed by the core schema.
  public static func append(_ node: YAMLNode, to builder: inout TapeBuilder) {
    switch node.kind {
    case .null: builder.appendNull()
    case .scalar(let text, let isQuoted):
      if isQuoted {
        builder.append(text)
      } else if let flag = node.boolean {
        builder.append(flag)
      } else if let number = node.integer {
        builder.append(number)
      } else if let digits = CoreSchema.number(text) {
        digits.withUnsafeBytes { builder.append(number: $0) }
      } else {
        builder.append(text)
      }
    case .sequence(let nodes):
      builder.beginArray()
      for node in nodes { append(node, to: &builder) }
      builder.end()
    case .mapping(let members):
      builder.beginObject()
      for member in members {
        builder.key(member.key.string ?? "null")
        append(member.value, to: &builder)
      }
      builder.end()
    }
  }
}

/// Resolution of plain scalars (YAML 1.2 §10.3.2).
enum CoreSchema {
  static func isNull(_ text: String) -> Bool {
    text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
  }

  /// The digits of a number as JSON writes it, or nil where `text` is not a number:
  /// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
  static func number(_ text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var position = 0
    func run() -> ArraySlice<UInt8> {
      bytes[position...].prefix { $0 >= 48 && $0 <= 57 }
    }
    if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D {
      if bytes[position] == 0x2D { result.append(0x2D) }
      position += 1
    }
    let whole = run()
    position += whole.count
    let significant = whole.drop { $0 == 48 }
    result += significant.isEmpty ? [48] : Array(significant)
    var fraction: ArraySlice<UInt8> = []
    if position < bytes.count, bytes[position] == 0x2E {
      position += 1
      fraction = run()
      position += fraction.count
      if !fraction.isEmpty { result += [0x2E] + fraction }
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    if position < bytes.count, bytes[position] | 0x20 == 0x65 {
      result.append(0x65)
      position += 1
      if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D {
        result.append(bytes[position])
        position += 1
      }
      let exponent = run()
      guard !exponent.isEmpty else { return nil }
      result += exponent
      position += exponent.count
    }
    return position == bytes.count ? result : nil
  }
}
