import Bytes
import Contract
import Formats
import HTTPClient

/// Writes to Tryton under its stamps, and reads back what became of them.
///
/// A call that names stamps which have moved does nothing. Where the fields concerned are still as
/// the editor saw them, it is made again with the stamps just read: what moved was another field.
struct TrytonWriter {
  let rpc: TrytonRPC
  let rows: TrytonRows
  let configuration: TrytonConnector.Configuration

  /// How often a call is made again because the record moved meanwhile.
  private static let tryLimit = 3

  /// Brings one request about.
  ///
  /// - Throws: `ConnectorError` where nothing was done.
  func send(_ request: WriteRequest) throws(ConnectorError) -> WriteOutcome {
    if request.mutation.record.type == .inventoryLevel {
      return try TrytonStock(writer: self).send(request.mutation)
    }
    switch request.mutation.operation {
    case .create: return try create(request)
    case .update, .delete: return try guarded(request)
    case .adjust: return .refused(WriteRefusal("only stock levels are changed by a difference"))
    }
  }

  // MARK: Under stamps

  private func guarded(_ request: WriteRequest) throws(ConnectorError) -> WriteOutcome {
    let mutation = request.mutation
    guard let place = TrytonPlace(mutation.record) else { return .missing }
    if mutation.operation == .delete, try rows.read(place) == nil { return .missing }
    var body = request.body
    for _ in 0..<Self.tryLimit {
      switch try said(body) {
      case .done: return confirmed(mutation, place)
      case .lost(let reason): return readBack(mutation, place, reason)
      case .settled(let outcome): return outcome
      case .fault(let fault) where fault.kind == .concurrency:
        guard let now = try rows.read(place) else { return .missing }
        let standing = FieldStanding(of: now.record, to: mutation)
        if mutation.operation == .update, standing == .asWanted { return .done(now.record) }
        guard mutation.operation == .update, standing == .asSeen else { return .stale(now.record) }
        body = try TrytonRequest.call(mutation, stamps: now.record.etag, configuration).bytes
      case .fault(let fault): return try outcome(of: fault, mutation, place)
      }
    }
    return .postponed(seconds: nil, reason: "\(mutation.record) changes faster than it is written")
  }

  private func confirmed(_ mutation: Mutation, _ place: TrytonPlace) -> WriteOutcome {
    do throws(ConnectorError) {
      guard let after = try rows.read(place) else {
        return mutation.operation == .delete ? .deleted : .missing
      }
      if mutation.operation == .delete {
        return .unknown(reason: "Tryton says that it deleted the record, but it is there")
      }
      return FieldStanding(of: after.record, to: mutation) == .asWanted
        ? .done(after.record) : .overwritten(after.record)
    } catch {
      return .unknown(reason: "written, but it could not be read back: \(error.message)")
    }
  }

  /// After no answer, or one that says nothing of the write.
  func readBack(_ mutation: Mutation, _ place: TrytonPlace, _ reason: String) -> WriteOutcome {
    do throws(ConnectorError) {
      guard let after = try rows.read(place) else {
        return mutation.operation == .delete ? .deleted : .missing
      }
      if mutation.operation == .delete { return .unknown(reason: reason) }
      switch FieldStanding(of: after.record, to: mutation) {
      case .asWanted: return .done(after.record)
      case .asSeen: return .unknown(reason: reason)
      case .otherwise: return .stale(after.record)
      }
    } catch {
      return .unknown(reason: reason)
    }
  }

  /// What an error other than a moved stamp means.
  func outcome(
    of fault: TrytonFault, _ mutation: Mutation, _ place: TrytonPlace
  ) throws(ConnectorError) -> WriteOutcome {
    switch fault.kind {
    case .failure, .concurrency:  // rolled back, and not for the content's sake
      return .postponed(seconds: nil, reason: "Tryton failed: \(fault.message)")
    case .warning: return .refused(WriteRefusal(fault.message, code: "warning"))
    case .user:
      guard try rows.read(place) != nil else { return .missing }
      if let code = mutation.fields["external_ref"]?.text,
        let holder = try rows.templates(code: code).first(where: {
          $0.isActive && TrytonIdentity.product($0.id) != mutation.record.id
        })
      {
        return taken(code, holder, fault)
      }
      return .refused(WriteRefusal(fault.message, field: onlyField(mutation), code: "rule"))
    }
  }

  private func onlyField(_ mutation: Mutation) -> String? {
    mutation.fields.count == 1 ? mutation.fields.keys.first : nil
  }

  private func taken(
    _ code: String, _ holder: TrytonShop.Template, _ fault: TrytonFault
  ) -> WriteOutcome {
    .taken(
      holder: RecordKey(.product, TrytonIdentity.product(holder.id)),
      problem: WriteRefusal(fault.message, field: "external_ref", code: "rule"))
  }

  // MARK: Create

  private func create(_ request: WriteRequest) throws(ConnectorError) -> WriteOutcome {
    let mutation = request.mutation
    let code = mutation.externalReference ?? mutation.fields["external_ref"]?.text ?? ""
    if let there = try rows.templates(code: code).first(where: \.isActive) {
      return try held(there, code, mutation)
    }
    switch try said(request.body) {
    case .settled(let outcome): return outcome
    case .done, .lost:
      return created(code, mutation, "Tryton did not say what it made")
    case .fault(let fault):
      if fault.kind == .user, let there = try rows.templates(code: code).first(where: \.isActive) {
        return try held(there, code, mutation)
      }
      return fault.kind == .user || fault.kind == .warning
        ? .refused(WriteRefusal(fault.message, code: "rule"))
        : .postponed(seconds: nil, reason: "Tryton failed: \(fault.message)")
    }
  }

  /// What a product that already has the code means: ours, if it has the very content.
  private func held(
    _ there: TrytonShop.Template, _ code: String, _ mutation: Mutation
  ) throws(ConnectorError) -> WriteOutcome {
    if let row = try rows.read(.template(there.id)), hasContent(row.record, mutation) {
      return .done(row.record)
    }
    return .taken(
      holder: RecordKey(.product, TrytonIdentity.product(there.id)),
      problem: WriteRefusal("another product has the code \(code)", field: "external_ref"))
  }

  /// The product after its creation was sent. That none had this code before was looked at first,
  /// so one that has it now is ours.
  private func created(_ code: String, _ mutation: Mutation, _ reason: String) -> WriteOutcome {
    do throws(ConnectorError) {
      guard let there = try rows.templates(code: code).first,
        let row = try rows.read(.template(there.id))
      else { return .unknown(reason: reason) }
      return hasContent(row.record, mutation) ? .done(row.record) : .overwritten(row.record)
    } catch {
      return .unknown(reason: reason)
    }
  }

  /// Whether a product is what a creation asks for. The handle follows from the code.
  private func hasContent(_ record: SourceRecord, _ mutation: Mutation) -> Bool {
    mutation.fields.allSatisfy { field, wanted in
      field == "handle" || FieldStanding.value(field, of: record) == wanted
    }
  }

  // MARK: Exchange

  /// What the server says to the bytes of a writing call.
  enum Said {
    /// Done; the transaction is committed.
    case done(TapeValue)
    /// Rolled back.
    case fault(TrytonFault)
    /// No answer, or one from which nothing follows.
    case lost(String)
    /// Settled by the status alone.
    case settled(WriteOutcome)
  }

  func said(_ bytes: [UInt8]) throws(ConnectorError) -> Said {
    switch try rpc.exchange(bytes) {
    case .unsent(let error): throw error
    case .lost(let reason): return .lost(reason)
    case .answered(let response):
      switch TrytonRPC.answer(response) {
      case .success(.result(let value)): return .done(value)
      case .success(.error(let fault)): return .fault(fault)
      case .failure(let misread): return byStatus(response, misread.reason)
      }
    }
  }

  private func byStatus(_ response: HTTPResponse, _ reason: String) -> Said {
    switch response.status {
    case 401: .settled(.unauthorized(ConnectorError(.unauthenticated, reason)))
    case 403: .settled(.unauthorized(ConnectorError(.forbidden, reason)))
    case 408, 425, 429, 503:
      .settled(
        .postponed(seconds: rpc.session.askedSeconds(response.head), reason: reason))
    case 400, 404, 405, 413, 415: .settled(.refused(WriteRefusal(reason)))
    default: .lost(reason)
    }
  }
}
