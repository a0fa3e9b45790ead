import Bytes
import Contract
import HTTPServer
import SQL

extension API {
  /// `GET /v/{date}/{types}/{id}`.
  func record(_ call: Call, _ type: ResourceType, id: String) throws -> Response {
    try record(call, type) { database in
      try RecordQueries.find(type, id, tenant: call.caller.tenant, in: database)
    }
  }

  /// `GET /v/{date}/{types}/by-external-ref/{ref}`.
  func record(_ call: Call, _ type: ResourceType, externalRef: String) throws -> Response {
    try record(call, type) { database in
      try RecordQueries.find(
        type, externalRef: externalRef, tenant: call.caller.tenant, in: database)
    }
  }

  private func record(
    _ call: Call, _ type: ResourceType, _ find: (Database) throws -> StoredRecord?
  ) throws -> Response {
    try call.caller.require(type.readScope)
    let parameters = try call.parameters(["include"] + RecordView.parameters)
    let view = try RecordView(parameters)
    let inclusion = try Inclusion(parameters, with: type, call.caller)
    return try store.read { database in
      guard let found = try find(database), !(call.caller.seesOnlyPublished && found.isHidden)
      else { throw Problem(.notFound, "There is no such \(type.rawValue).") }
      if let deleted = found.deletedAt {
        throw Problem(.gone, "The \(type.rawValue) was deleted at \(deleted.rfc3339).")
      }
      // A tag stands for the whole record alone.
      let isPlain = view.isWhole && inclusion.types.isEmpty
      if isPlain, Condition.isNotModified(call.request, etag: found.etag) {
        return Response(status: 304, headers: ["ETag": found.etag])
      }
      var buffer = ByteBuffer(capacity: found.body.count + 64)
      try found.body.withUnsafeBytes {
        try view.append($0, type, symbols: call.symbols, to: &buffer)
      }
      if !inclusion.types.isEmpty {
        buffer.truncate(to: buffer.count - 1)
        try include(inclusion, with: [found.row], view, call, database, &buffer)
        buffer.append("}")
      }
      var response = Response(contentType: "application/json", buffer: buffer)
      if isPlain { response.headers.set("ETag", found.etag) }
      return response
    }
  }

  /// Appends `,"included":[…]`.
  func include(
    _ inclusion: Inclusion, with rows: [Int64], _ view: RecordView, _ call: Call,
    _ database: Database, _ buffer: inout ByteBuffer
  ) throws {
    buffer.append(",\"included\":[")
    let statement = try database.prepare("SELECT type, body FROM record WHERE row = ?")
    var isFirst = true
    for row in try inclusion.rows(with: rows, call.caller, database) {
      try statement.bind(1, row)
      if try statement.step(), let type = ResourceType(rawValue: statement.text(0)) {
        if !isFirst { buffer.append(UInt8(ascii: ",")) }
        isFirst = false
        try view.append(statement.bytes(1), type, symbols: call.symbols, to: &buffer)
      }
      statement.reset()
    }
    buffer.append("]")
  }
}
