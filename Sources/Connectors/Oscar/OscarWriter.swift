import Bytes
import Contract
import Formats
import HTTPClient

/// Writes to django-oscar, which guards nothing: reads right before it writes, compares with what
/// the editor saw, writes, reads back and compares again.
///
/// Between the reading and the writing lies a window of one exchange in which somebody else's write
/// can be overwritten; the reading back notices what was written after ours.
struct OscarWriter {
  let session: APISession
  let rows: OscarRows

  /// Brings one request about.
  ///
  /// - Throws: `ConnectorError` where nothing was sent.
  func send(_ request: WriteRequest) throws(ConnectorError) -> WriteOutcome {
    switch request.mutation.operation {
    case .create: return try create(request)
    case .delete: return try delete(request)
    case .update, .adjust: return try change(request)
    }
  }

  // MARK: Change

  private func change(_ request: WriteRequest) throws(ConnectorError) -> WriteOutcome {
    guard let place = OscarPlace(request.mutation.record) else { return .missing }
    guard let before = try rows.read(place) else { return .missing }
    var mutation = request.mutation
    if let delta = mutation.adjustments["available"] {
      let now = before.stock?.available ?? 0
      guard now + delta >= 0 else {
        return .refused(
          WriteRefusal("\(now) pieces cannot become \(now + delta)", field: "available"))
      }
      mutation.fields = ["available": .integer(now + delta)]
      mutation.seen = ["available": .integer(now)]
    } else {
      switch FieldStanding(of: before.record, to: mutation) {
      case .asWanted: return .done(before.record)
      case .otherwise: return .stale(before.record)
      case .asSeen: break
      }
    }
    let sent = session.writing(
      "PATCH", path(request, before), headers: request.headers,
      body: body(request, mutation, before))
    return try settle(session.exchange(sent), mutation, place)
  }

  private func path(_ request: WriteRequest, _ row: OscarRow) -> String {
    row.stock.map { "/admin/stockrecords/\($0.id)/" } ?? request.path
  }

  /// The frozen body, or for a stock level the number that the shop counts by.
  private func body(_ request: WriteRequest, _ mutation: Mutation, _ row: OscarRow) -> [UInt8] {
    guard mutation.record.type == .inventoryLevel,
      let wanted = mutation.fields["available"]?.integer
    else { return request.body }
    return Array("{\"num_in_stock\":\(wanted + (row.stock?.allocated ?? 0))}".utf8)
  }

  /// What became of a change, from the answer and from how the record is now.
  private func settle(
    _ exchange: WriteExchange, _ mutation: Mutation, _ place: OscarPlace
  ) throws(ConnectorError) -> WriteOutcome {
    switch exchange {
    case .unsent(let error): throw error
    case .lost(let reason): return readBack(mutation, place, reason)
    case .answered(let response):
      if let early = OscarAnswer(response, session).outcome(of: mutation.record.type) {
        return try taken(early, mutation) ?? early
      }
      let looks = APISession.looks(response.head, response.body)
      let reason = "the shop answered \(response.status) with \(looks)"
      guard response.head.isSuccess else {
        return readBack(mutation, place, reason, failed: response.status >= 500)
      }
      return confirmed(mutation, place, OscarAnswer(response, session))
    }
  }

  /// After an answer of success: only what is read back counts.
  private func confirmed(
    _ mutation: Mutation, _ place: OscarPlace, _ answer: OscarAnswer
  ) -> WriteOutcome {
    do throws(ConnectorError) {
      guard let after = try rows.read(place) else { return .missing }
      switch FieldStanding(of: after.record, to: mutation) {
      case .asWanted: return .done(after.record)
      case .asSeen:
        if let refusal = answer.refusalInSuccess { return .refused(refusal) }
        if answer.tape == nil {
          return .unknown(reason: "the shop's answer is not that of its API")
        }
        return .overwritten(after.record)
      case .otherwise: return .overwritten(after.record)
      }
    } catch {
      return .unknown(reason: "written, but it could not be read back: \(error.message)")
    }
  }

  /// After no answer, or one that says nothing of the write.
  private func readBack(
    _ mutation: Mutation, _ place: OscarPlace, _ reason: String, failed: Bool = false
  ) -> WriteOutcome {
    do throws(ConnectorError) {
      guard let after = try rows.read(place) else { return .missing }
      switch FieldStanding(of: after.record, to: mutation) {
      case .asWanted: return .done(after.record)
      case .asSeen:
        return failed ? .postponed(seconds: nil, reason: reason) : .unknown(reason: reason)
      case .otherwise: return .stale(after.record)
      }
    } catch {
      return .unknown(reason: reason)
    }
  }

  // MARK: Create

  private func create(_ request: WriteRequest) throws(ConnectorError) -> WriteOutcome {
    let mutation = request.mutation
    let upc = mutation.externalReference ?? mutation.fields["external_ref"]?.text ?? ""
    if let there = try held(upc, mutation) { return there }
    let sent = session.writing("POST", request.path, headers: request.headers, body: request.body)
    switch session.exchange(sent) {
    case .unsent(let error): throw error
    case .lost(let reason): return created(upc, mutation, reason)
    case .answered(let response):
      if let early = OscarAnswer(response, session).outcome(of: .product) {
        return try taken(early, mutation) ?? early
      }
      let looks = APISession.looks(response.head, response.body)
      return created(upc, mutation, "the shop answered \(response.status) with \(looks)")
    }
  }

  /// The product after its creation was sent. That none had this UPC before was looked at first,
  /// so one that has it now is ours.
  private func created(_ upc: String, _ mutation: Mutation, _ reason: String) -> WriteOutcome {
    do throws(ConnectorError) {
      guard let id = try rows.products(upc: upc).first, let row = try rows.read(.product(id)) else {
        return .unknown(reason: reason)
      }
      return hasContent(row.record, mutation) ? .done(row.record) : .overwritten(row.record)
    } catch {
      return .unknown(reason: reason)
    }
  }

  /// What a product that already has the UPC means: ours, if it has the very content.
  private func held(
    _ upc: String, _ mutation: Mutation
  ) throws(ConnectorError) -> WriteOutcome? {
    guard let id = try rows.products(upc: upc).first, let row = try rows.read(.product(id)) else {
      return nil
    }
    if mutation.operation == .create, hasContent(row.record, mutation) { return .done(row.record) }
    let holder = RecordKey(.product, row.record.id)
    guard holder != mutation.record else { return nil }
    return .taken(
      holder: holder,
      problem: WriteRefusal("another product has the UPC \(upc)", field: "external_ref"))
  }

  /// A refused UPC that another product has; nil where that is not the reason.
  private func taken(
    _ outcome: WriteOutcome, _ mutation: Mutation
  ) throws(ConnectorError) -> WriteOutcome? {
    guard case .refused(let refusal) = outcome, refusal.field == "external_ref",
      let upc = mutation.fields["external_ref"]?.text ?? mutation.externalReference
    else { return nil }
    do throws(ConnectorError) {
      return try held(upc, mutation)
    } catch {
      return outcome  // the shop's own words say enough
    }
  }

  /// Whether a product is what a creation asks for. The handle is the shop's: it puts a number to
  /// it.
  private func hasContent(_ record: SourceRecord, _ mutation: Mutation) -> Bool {
    mutation.fields.allSatisfy { field, wanted in
      field == "handle" || FieldStanding.value(field, of: record) == wanted
    }
  }

  // MARK: Delete

  private func delete(_ request: WriteRequest) throws(ConnectorError) -> WriteOutcome {
    guard let place = OscarPlace(request.mutation.record) else { return .missing }
    guard let before = try rows.read(place) else { return .missing }
    let hasChanged = request.mutation.seen.contains { field, seen in
      FieldStanding.value(field, of: before.record) != seen
    }
    if hasChanged { return .stale(before.record) }
    let sent = session.writing("DELETE", request.path, body: [])
    switch session.exchange(sent) {
    case .unsent(let error): throw error
    case .lost(let reason): return gone(place, reason)
    case .answered(let response):
      if let early = OscarAnswer(response, session).outcome(of: .product) {
        if case .missing = early { return .deleted }
        return early
      }
      let looks = APISession.looks(response.head, response.body)
      return gone(place, "the shop answered \(response.status) with \(looks)")
    }
  }

  private func gone(_ place: OscarPlace, _ reason: String) -> WriteOutcome {
    do throws(ConnectorError) {
      return try rows.read(place) == nil ? .deleted : .unknown(reason: reason)
    } catch {
      return .unknown(reason: reason)
    }
  }
}
