import Bytes
import Contract

/// Changes of stock in Tryton: a count of one product at one place, made and confirmed.
///
/// Stock is the sum of movements and has no stamp, so this is guarded by nothing but a reading
/// before and after. A count whose confirmation fails is deleted again; one whose making went
/// unanswered stays behind as a draft, which counts nothing.
struct TrytonStock {
  let writer: TrytonWriter

  func send(_ mutation: Mutation) throws(ConnectorError) -> WriteOutcome {
    guard case .stock(let product, let warehouse)? = TrytonPlace(mutation.record),
      let before = try writer.rows.read(.stock(product: product, warehouse: warehouse)),
      let house = try reader.warehouses().first(where: { $0.id == warehouse })
    else { return .missing }
    let now = FieldStanding.value("available", of: before.record).integer ?? 0
    var wanted = mutation
    if let delta = mutation.adjustments["available"] {
      guard now + delta >= 0 else {
        return .refused(
          WriteRefusal("\(now) pieces cannot become \(now + delta)", field: "available"))
      }
      wanted.fields = ["available": .integer(now + delta)]
      wanted.seen = ["available": .integer(now)]
    } else {
      switch FieldStanding(of: before.record, to: mutation) {
      case .asWanted: return .done(before.record)
      case .otherwise: return .stale(before.record)
      case .asSeen: break
      }
    }
    let target = wanted.fields["available"]?.integer ?? now
    let held = try pieces(product, at: house.storage)
    guard held + target - now >= 0 else {
      return .refused(
        WriteRefusal("the pieces are not in the warehouse's storage place", field: "available"))
    }
    return try count(held + target - now, of: product, at: house, wanted)
  }

  private var reader: TrytonReader { writer.rows.reader }

  private func pieces(_ product: Int64, at location: Int64) throws(ConnectorError) -> Int64 {
    let found = try reader.quantities(of: [product], at: location)[product] ?? "0"
    guard let count = try? MinorUnits.parse(found, digits: 0) else {
      throw ConnectorError(.malformed, "\(found) is no whole number of pieces")
    }
    return count
  }

  private func count(
    _ pieces: Int64, of product: Int64, at house: TrytonShop.Warehouse, _ mutation: Mutation
  ) throws(ConnectorError) -> WriteOutcome {
    let place = TrytonPlace.stock(product: product, warehouse: house.id)
    let context = TrytonRequest.context(writer.configuration)
    let line = FieldValue.object(
      of: [.init("product", .integer(product)), .init("quantity", .integer(pieces))])
    let sheet = FieldValue.object(
      of: [
        .init("location", .integer(house.storage)),
        .init("lines", .list([.list([.text("create"), .list([line])])])),
      ])
    let making = TrytonCall("model.stock.inventory.create", [.list([sheet]), context])
    switch try writer.said(making.bytes) {
    case .settled(let outcome): return outcome
    case .lost(let reason): return .postponed(seconds: nil, reason: reason)
    case .fault(let fault): return try writer.outcome(of: fault, mutation, place)
    case .done(let made):
      guard let sheet = made.children.first?.integer else {
        return .postponed(seconds: nil, reason: "Tryton does not say which count it made")
      }
      return try confirm(sheet, mutation, place, context)
    }
  }

  private func confirm(
    _ sheet: Int64, _ mutation: Mutation, _ place: TrytonPlace, _ context: FieldValue
  ) throws(ConnectorError) -> WriteOutcome {
    func call(_ method: String) -> TrytonCall {
      TrytonCall("model.stock.inventory.\(method)", [TrytonCall.ids([sheet]), context])
    }
    let said: TrytonWriter.Said
    do throws(ConnectorError) {
      said = try writer.said(call("confirm").bytes)
    } catch {
      return .postponed(seconds: error.retryAfter, reason: error.message)
    }
    switch said {
    case .settled(let outcome): return outcome
    case .lost(let reason): return writer.readBack(mutation, place, reason)
    case .fault(let fault):
      _ = try writer.said(call("cancel").bytes)
      _ = try writer.said(call("delete").bytes)
      return try writer.outcome(of: fault, mutation, place)
    case .done:
      guard let after = try? writer.rows.read(place) else {
        return .unknown(reason: "counted, but it could not be read back")
      }
      return FieldStanding(of: after.record, to: mutation) == .asWanted
        ? .done(after.record) : .overwritten(after.record)
    }
  }
}
