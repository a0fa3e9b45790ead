public import Contract

extension TrytonConnector {
  /// What Tryton protects, shows and lets be changed over JSON-RPC, as found by trying it.
  ///
  /// A write names the stamps that it was decided on and is refused where they have moved. A stamp
  /// counts only for records that the call itself writes, and none for stock, which is the sum of
  /// movements: a level is set by a count, after reading and with a window until it is confirmed.
  /// Products are known again by their code, which is unique among active ones.
  public static let capabilities: Capabilities = {
    let readOnly = FieldCapability(
      deletions: .byIdentityList, signal: .stamp, hasStableOrder: true, isWritable: false)
    var table = Capabilities(standard: readOnly)
    var guarded = readOnly
    guarded.guard = .version
    guarded.isWritable = true
    var named = guarded
    named.idempotency = .natural
    named.hasExternalReference = true
    table.set(.product, named)
    for field in TrytonRequest.readOnlyProductFields {
      table.set(.product, field: field, readOnly)
    }
    table.set(.variant, readOnly)
    table.set(.variant, field: "position", guarded)
    table.set(.price, readOnly)
    table.set(.price, field: "amount", guarded)
    var silent = readOnly
    silent.signal = .none
    table.set(.inventoryLevel, silent)
    silent.isWritable = true
    table.set(.inventoryLevel, field: "available", silent)
    return table
  }()
}
