import Bytes
import Contract
import Formats
import HTTPServer
import SQL

extension API {
  /// `GET /.well-known/commerce-sync`.
  func discovery(_ request: Request, _ caller: Caller?) throws -> Response {
    _ = try Parameters(request, allowed: [])
    let facts = try caller.map { try tenantFacts($0) }
    let document = Discovery(
      serverID: store.serverID, epoch: store.epoch, tenant: caller?.tenantName,
      types: caller?.readableTypes ?? ResourceType.allCases, scope: caller?.scopeDigest ?? "",
      rate: configuration.rate, locales: facts?.locales ?? [], currencies: facts?.currencies ?? [],
      keyRetentionSeconds: configuration.keyRetentionSeconds)
    return Response(contentType: "application/json", buffer: document.json())
  }

  /// Locales and currencies of a tenant's markets, as far as the token may read them.
  private func tenantFacts(_ caller: Caller) throws -> (locales: [String], currencies: [String]) {
    guard caller.scopes.contains(.catalogRead) else { return ([], []) }
    var locales: Set<String> = []
    var currencies: Set<String> = []
    try store.read { database in
      let statement = try database.prepare(
        """
        SELECT body FROM record
        WHERE tenant = ? AND type = 'market' AND deleted_at IS NULL ORDER BY id LIMIT 1000
        """)
      try statement.bind(1, caller.tenant)
      try statement.forEachRow { row in
        let attributes = try JSON.parse(row.bytes(0)).value["attributes"]
        for locale in attributes?["locales"]?.children ?? [] {
          if let text = locale.string { locales.insert(text) }
        }
        if let currency = attributes?["currency"]?.string { currencies.insert(currency) }
      }
    }
    return (locales.sorted(), currencies.sorted())
  }

  /// `GET /v/{date}/openapi.json`.
  func openAPI(_ request: Request) throws -> Response {
    _ = try Parameters(request, allowed: [])
    var headers: Headers = [
      "Content-Type": "application/json", "ETag": OpenAPIDocument.etag,
      "Cache-Control": "public, max-age=300",
    ]
    headers.set("Vary", "Accept")
    if Condition.isNotModified(request, etag: OpenAPIDocument.etag) {
      return Response(status: 304, headers: headers)
    }
    return Response(headers: headers, body: .bytes(OpenAPIDocument.bytes))
  }

  /// `GET /problems/{code}`: what a code means and what to do.
  func problem(_ code: ProblemCode, _ request: Request) throws -> Response {
    _ = try Parameters(request, allowed: [])
    var json = JSONWriter()
    json.beginObject()
    json.key("code")
    json.value(code.rawValue)
    json.key("title")
    json.value(code.title)
    json.key("status")
    json.value(code.status)
    json.key("remedy")
    json.value(code.remedy)
    json.key("retryable")
    json.value(code.isRetryable)
    json.end()
    return Response(contentType: "application/json", buffer: json.finish())
  }
}
