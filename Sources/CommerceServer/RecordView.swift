import Bytes
import Contract
import Formats

/// What a reader wants to see of records: all of them, or some attributes.
struct RecordView {
  /// The attributes wanted by type; a type that is not here is shown whole.
  private let fields: [ResourceType: [String]]

  /// The parameters that choose fields, for example `fields[product]`.
  static let parameters = ResourceType.allCases.map { "fields[\($0.rawValue)]" }

  init(_ parameters: Parameters) throws(Problem) {
    var fields: [ResourceType: [String]] = [:]
    for type in ResourceType.allCases {
      let name = "fields[\(type.rawValue)]"
      guard let words = try parameters.words(name) else { continue }
      let known = ResourceSchema.of(type).attributes.map(\.name)
      for word in words where !known.contains(word) {
        throw Parameters.invalid(
          name, "there is no attribute \(word); there are \(known.joined(separator: ", "))")
      }
      fields[type] = words
    }
    self.fields = fields
  }

  /// Whether records are shown as they are.
  var isWhole: Bool { fields.isEmpty }

  /// Appends a record as JSON.
  func append(
    _ body: UnsafeRawBufferPointer, _ type: ResourceType, symbols: Symbols,
    to buffer: inout ByteBuffer
  ) throws {
    guard let wanted = fields[type] else { return buffer.append(body) }
    var envelope = try Envelope(try JSON.parse(body, symbols: symbols).value)
    var builder = TapeBuilder(symbols: symbols)
    builder.beginObject()
    for (name, value) in envelope.attributes.members where wanted.contains(name) {
      builder.key(name)
      builder.append(value)
    }
    builder.end()
    envelope.attributes = builder.finish().value
    envelope.append(to: &buffer)
  }
}
