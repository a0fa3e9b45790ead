import Bytes
import Contract
import HTTPServer
import SQL

extension API {
  /// `GET /v/{date}/changes`.
  func changes(_ call: Call) throws -> Response {
    let parameters = try call.parameters(["cursor", "limit", "types", "wait"])
    let limit = try parameters.limit()
    let wait = try parameters.integer("wait", 0...configuration.longestWait) ?? 0
    let types = try parameters.types("types", of: call.caller)
    let cursor: FeedCursor
    if let text = parameters["cursor"] {
      cursor = try checked(FeedCursor(text), types: types, call.caller)
    } else {
      cursor = FeedCursor(
        epoch: store.epoch, seq: 0, scope: call.caller.scopeDigest, types: types)
    }
    let page = try page(after: cursor, limit: limit, call.caller)
    if page.rowCount > 0 || wait == 0 { return page.response }
    return promise(seconds: wait, page.cursor, limit: limit, call)
  }

  private func checked(
    _ cursor: FeedCursor, types: [ResourceType]?, _ caller: Caller
  ) throws -> FeedCursor {
    if cursor.epoch != store.epoch {
      throw Problem(.epochChanged, "The change log began anew; the epoch is \(store.epoch).")
    }
    if cursor.scope != caller.scopeDigest {
      throw Problem(.scopeChanged, "The token sees something else than when the cursor was given.")
    }
    if let types, types != cursor.types {
      throw Parameters.invalid("types", "it must be the same as when the cursor was given")
    }
    return cursor
  }

  /// Answers when there is a change, or with an empty page when the time is over.
  private func promise(seconds: Int, _ cursor: FeedCursor, limit: Int, _ call: Call) -> Response {
    let promise = DeferredResponse()
    waiters.add(tenant: call.caller.tenant, after: cursor.seq, seconds: seconds) {
      [self] isOver in
      let response: Response
      do {
        let page = try page(after: cursor, limit: limit, call.caller)
        guard page.rowCount > 0 || isOver else { return page.cursor.seq }
        response = page.response
      } catch {
        response = answer(to: error, call.request, call.requestID)
      }
      let full = RateLimiter.Verdict(
        isAllowed: true, remaining: configuration.rate.burst, secondsToNext: 1)
      promise.complete(finish(response, call.requestID, full))
      return nil
    }
    return .deferred(promise)
  }

  private struct Page {
    let rowCount: Int
    let cursor: FeedCursor
    let response: Response
  }

  private func page(after cursor: FeedCursor, limit: Int, _ caller: Caller) throws -> Page {
    try store.read { database in
      let log = try RecordQueries.log(of: caller.tenant, in: database)
      if cursor.seq > log.head {
        throw Problem(.epochChanged, "The cursor is ahead of the log, which was set back.")
      }
      if cursor.seq > 0, cursor.seq < log.compacted {
        throw Problem(
          .cursorExpired, "Tombstones after this cursor were removed; its time is over.")
      }
      let types = (cursor.types ?? caller.readableTypes).filter {
        caller.scopes.contains($0.readScope)
      }
      let statement = try database.prepare(
        """
        SELECT seq, type, id, parent, version, deleted_at, hidden, body FROM record
        WHERE tenant = ?1 AND seq > ?2 \(Self.clause(types)) ORDER BY seq LIMIT ?3
        """)
      try statement.bind(1, caller.tenant)
      try statement.bind(2, cursor.seq)
      try statement.bind(3, limit + 1)
      var buffer = ByteBuffer(capacity: 65_536)
      buffer.append("{\"changes\":[")
      var count = 0
      var last = cursor.seq
      while count < limit, try statement.step() {
        if count > 0 { buffer.append(UInt8(ascii: ",")) }
        last = statement.integer(0)
        Self.append(statement, seesOnlyPublished: caller.seesOnlyPublished, to: &buffer)
        count += 1
      }
      var hasMore = false
      if count == limit { hasMore = try statement.step() }
      let next = cursor.moved(to: hasMore ? last : log.head)
      buffer.append("],\"cursor\":")
      buffer.append(jsonString: next.text)
      buffer.append(hasMore ? ",\"has_more\":true,\"head\":" : ",\"has_more\":false,\"head\":")
      buffer.append(decimal: log.head)
      buffer.append(",\"watermark\":")
      buffer.append(decimal: log.head)
      buffer.append(",\"epoch\":")
      buffer.append(jsonString: store.epoch)
      buffer.append("}")
      return Page(
        rowCount: count, cursor: next,
        response: Response(contentType: "application/json", buffer: buffer))
    }
  }

  /// Restricts a query to types; nothing where all are wanted.
  static func clause(_ types: [ResourceType]) -> String {
    if types.count == ResourceType.allCases.count { return "" }
    return "AND type IN (\(types.map { "'\($0.rawValue)'" }.joined(separator: ", ")))"
  }

  private static func append(
    _ row: borrowing Statement, seesOnlyPublished: Bool, to buffer: inout ByteBuffer
  ) {
    guard let type = ResourceType(rawValue: row.text(1)) else { return }
    let deleted = row.optionalInteger(5).map { Instant(microseconds: $0) }
    let operation: ChangeOperation =
      deleted != nil ? .delete : seesOnlyPublished && row.integer(6) != 0 ? .gone : .upsert
    Change.append(
      seq: row.integer(0), operation, type: type, id: row.text(2), parent: row.optionalText(3),
      version: row.integer(4), at: deleted, resource: operation == .upsert ? row.bytes(7) : nil,
      to: &buffer)
  }
}
