import Formats

/// The table of capabilities as JSON, for keeping it.
extension Capabilities {
  /// The table as one JSON object.
  public var json: String {
    var types: [FieldValue.Member] = []
    var fields: [FieldValue.Member] = []
    for type in ResourceType.allCases {
      if of(type) != standard { types.append(.init(type.rawValue, of(type).value)) }
      let own = self.fields(of: type)
      if !own.isEmpty {
        fields.append(
          .init(
            type.rawValue,
            .object(of: own.map { .init($0, of(type, field: $0).value) })))
      }
    }
    return FieldValue.object(of: [
      .init("standard", standard.value), .init("types", .object(of: types)),
      .init("fields", .object(of: fields)),
    ]).json
  }

  /// Reads a table; nil where it is none.
  public init?(json: String) {
    guard let value = try? FieldValue(json: json),  // then there is no table
      let standard = value["standard"].flatMap(FieldCapability.init)
    else { return nil }
    self.init(standard: standard)
    for member in value["types"]?.members ?? [] {
      guard let type = ResourceType(rawValue: member.name),
        let capability = FieldCapability(member.value)
      else { continue }
      set(type, capability)
    }
    for member in value["fields"]?.members ?? [] {
      guard let type = ResourceType(rawValue: member.name) else { continue }
      for field in member.value.members ?? [] {
        if let capability = FieldCapability(field.value) {
          set(type, field: field.name, capability)
        }
      }
    }
  }
}

extension FieldCapability {
  fileprivate var value: FieldValue {
    let idempotency: FieldValue =
      switch idempotency {
      case .key(let seconds): .integer(Int64(seconds))
      case .natural: .text("natural")
      case .none: .text("none")
      }
    return .object(of: [
      .init("guard", .text(`guard`.rawValue)), .init("delta", .boolean(hasDelta)),
      .init("idempotency", idempotency), .init("external_ref", .boolean(hasExternalReference)),
      .init("deletions", .text(deletions.rawValue)), .init("signal", .text(signal.rawValue)),
      .init("stable_order", .boolean(hasStableOrder)),
      .init("batch", .integer(Int64(largestBatch))),
    ])
  }

  fileprivate init?(_ value: FieldValue) {
    guard let `guard` = value["guard"]?.text.flatMap(Guard.init(rawValue:)),
      let deletions = value["deletions"]?.text.flatMap(Deletions.init(rawValue:)),
      let signal = value["signal"]?.text.flatMap(Signal.init(rawValue:)),
      let batch = value["batch"]?.integer
    else { return nil }
    let idempotency: Idempotency =
      switch value["idempotency"] {
      case .integer(let seconds)?: .key(retentionSeconds: Int(seconds))
      case .text("natural")?: .natural
      default: .none
      }
    self.init(
      guard: `guard`, hasDelta: value["delta"] == .boolean(true), idempotency: idempotency,
      hasExternalReference: value["external_ref"] == .boolean(true), deletions: deletions,
      signal: signal, hasStableOrder: value["stable_order"] == .boolean(true),
      largestBatch: Int(batch))
  }
}
