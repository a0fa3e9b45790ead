import Bytes
import Contract
import HTTPServer
import SQL

extension API {
  /// `GET /v/{date}/{types}`: keyset pages by id, or by (updated_at, id) where the filter is by
  /// time, so that changes in between neither repeat nor skip a record.
  func list(_ call: Call, _ type: ResourceType) throws -> Response {
    try call.caller.require(type.readScope)
    let parameters = try call.parameters(
      ["cursor", "limit", "include"] + ListQuery.parameters(type) + RecordView.parameters)
    let view = try RecordView(parameters)
    let inclusion = try Inclusion(parameters, with: type, call.caller)
    let query = try ListQuery(parameters, type, call.caller)
    return try store.read { database in
      let statement = try query.prepare(database)
      var buffer = ByteBuffer(capacity: 65_536)
      buffer.append("{\"data\":[")
      var rows: [Int64] = []
      var last: (id: String, time: Int64) = ("", 0)
      var hasMore = false
      while try statement.step() {
        if rows.count == query.limit {
          hasMore = true
          break
        }
        if !rows.isEmpty { buffer.append(UInt8(ascii: ",")) }
        rows.append(statement.integer(0))
        last = (statement.text(1), statement.integer(2))
        try view.append(statement.bytes(3), type, symbols: call.symbols, to: &buffer)
      }
      let next = hasMore ? query.cursor(afterID: last.id, updatedAt: last.time) : nil
      buffer.append("]")
      if !inclusion.types.isEmpty {
        try include(inclusion, with: rows, view, call, database, &buffer)
      }
      buffer.append(",\"next_cursor\":")
      if let next { buffer.append(jsonString: next) } else { buffer.append("null") }
      buffer.append(hasMore ? ",\"has_more\":true}" : ",\"has_more\":false}")
      var response = Response(contentType: "application/json", buffer: buffer)
      if let next {
        response.headers.set("Link", "<\(link(to: next, call.request))>; rel=\"next\"")
      }
      return response
    }
  }

  /// The request's own address with another cursor.
  private func link(to cursor: String, _ request: Request) -> String {
    var buffer = ByteBuffer(capacity: 256)
    buffer.append(request.path)
    buffer.append("?")
    for item in request.query ?? [] where item.name != "cursor" {
      buffer.append(percentEncoding: item.name)
      buffer.append("=")
      buffer.append(percentEncoding: item.value)
      buffer.append("&")
    }
    buffer.append("cursor=")
    buffer.append(cursor)
    return buffer.string
  }
}
