import Bytes
import Contract
import Formats
import SQL

/// What readers see of an edited record.
struct LocalOverlay {
  /// The edited envelope; nil where it says what the server's says.
  let json: [UInt8]?
  /// The body to show; nil where the record is deleted here.
  let body: RecordBody?
}

extension LocalOverlay {
  /// Lays values over a body.
  ///
  /// - Parameter server: the server's body; nil for a record that is made here.
  /// - Throws: `Misfit` where no page could be made from the result.
  init(_ values: [String: FieldValue], over server: RecordBody?, _ key: RecordKey) throws(Misfit) {
    let envelope = server?.tape.value ?? Self.emptyEnvelope(key)
    let laid = RecordOverlay.apply(values, to: envelope)
    let body = try laid.withUnsafeBufferPointer { (json) throws(Misfit) in
      try RecordBody(UnsafeRawBufferPointer(json))
    }
    try body.check(type: key.type, id: key.id)
    json = Self.withRightHash(laid, body, key)
    self.body = body
  }

  /// Lays as many of the values over a server's body as still fit it, one by one in order of name:
  /// what the shop changed meanwhile may exclude what is edited here, and a page must be made all the
  /// same. What is left out stays an edit.
  init(fitting values: [String: FieldValue], over server: RecordBody, _ key: RecordKey) {
    if let whole = try? LocalOverlay(values, over: server, key) {  // else one by one
      self = whole
      return
    }
    var kept: [String: FieldValue] = [:]
    var best = LocalOverlay(json: nil, body: server)
    for field in values.keys.sorted() {
      kept[field] = values[field]
      if let next = try? LocalOverlay(kept, over: server, key) {  // else this one does not fit
        best = next
      } else {
        kept[field] = nil
      }
    }
    self = best
  }

  private static func emptyEnvelope(_ key: RecordKey) -> TapeValue {
    var builder = TapeBuilder(textCapacity: 64)
    builder.beginObject()
    builder.key("type")
    builder.append(key.type.rawValue)
    builder.key("id")
    builder.append(key.id)
    builder.key("attributes")
    builder.beginObject()
    builder.end()
    builder.key("links")
    builder.beginObject()
    builder.end()
    builder.end()
    return builder.finish().value
  }

  /// The hash that the server gave is for what the server has.
  private static func withRightHash(
    _ json: [UInt8], _ body: RecordBody, _ key: RecordKey
  ) -> [UInt8] {
    let envelope = body.tape.value
    guard envelope["content_hash"] != nil else { return json }
    var writer = JSONWriter(capacity: json.count + 16)
    writer.beginObject()
    for (name, value) in envelope.members {
      writer.key(name)
      if name == "content_hash" {
        writer.value(
          ContentHash.of(
            type: key.type, id: key.id, attributes: body.attributes, links: body.links))
      } else {
        writer.value(value)
      }
    }
    writer.end()
    return writer.finish().withBytes { Array($0) }
  }
}

extension LocalEdits {
  /// What readers see of a record of which the server's body is given; nil where nothing is edited.
  func overlay(_ key: RecordKey, over server: RecordBody) throws -> LocalOverlay? {
    if try operation(of: key) == .delete { return LocalOverlay(json: nil, body: nil) }
    let values = try self.values(of: key)
    guard !values.isEmpty else { return nil }
    return LocalOverlay(fitting: Self.fields(values), over: server, key)
  }

  static func fields(_ values: [LocalValue]) -> [String: FieldValue] {
    Dictionary(uniqueKeysWithValues: values.map { ($0.field, $0.value) })
  }

  func storeOverlay(_ overlay: LocalOverlay, _ key: RecordKey) throws(SQLError) {
    let statement = try database.prepare(
      "UPDATE record SET local_json = ? WHERE type = ? AND id = ?")
    try statement.bind(2, key.type.rawValue)
    try statement.bind(3, key.id)
    if let json = overlay.json {
      try json.withUnsafeBufferPointer { (json) throws(SQLError) in
        try statement.bind(1, text: UnsafeRawBufferPointer(json))
      }
    } else {
      try statement.bindNull(1)
    }
    try statement.run()
  }
}
