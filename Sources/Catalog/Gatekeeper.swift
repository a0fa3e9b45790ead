public import Bytes

/// How much of a record a viewer gets, from nothing to all.
public enum Visibility: Int, Sendable, Comparable, CaseIterable {
  /// Nothing, not even that it exists.
  case hidden
  /// That it exists, without private values.
  case teaser
  /// Everything, but it cannot be bought.
  case viewOnly
  /// Everything, and it can be bought.
  case purchasable

  /// Orders from nothing to all.
  public static func < (left: Visibility, right: Visibility) -> Bool {
    left.rawValue < right.rawValue
  }

  /// The word that templates see.
  public var word: String {
    switch self {
    case .hidden: "hidden"
    case .teaser: "teaser"
    case .viewOnly: "view_only"
    case .purchasable: "purchase"
    }
  }
}

/// What the gatekeeper decides about one record, one viewer and one instant.
public struct Access: Sendable {
  /// How much the viewer gets.
  public var visibility: Visibility
  /// The next instant at which `visibility` can be another.
  public var nextChange: Instant?
  /// The gate that keeps something back; where nothing is kept back from this viewer, a gate that
  /// still keeps others out until an instant to come (early access).
  public var gate: GateRecord?

  /// From when everybody gets what the gate keeps.
  public var publicFrom: Instant? { gate?.publicFrom }
}

/// Decides who gets how much of what.
///
/// - A record without gates is open. Gates that keep the same thing (seeing; all but a hint; buying)
///   are ways in: one open gate of them is enough. Different things are kept independently, and the
///   strictest of what remains closed counts.
/// - A gate is open to its audience within its window and to everybody from `publicFrom` on; before
///   `from` and from `until` on it is shut, so that a drop that is over, or a scheduler that is
///   late, reveals nothing.
/// - An entitlement in force that allows the record to the viewer's tier or programme passes all
///   gates of the shop; one that denies it hides the record, whatever else allows it.
/// - The gates of a `Drop` are ways in of that drop alone: no other gate and no entitlement opens it.
public enum Gatekeeper {
  /// Decides about any record by its gates and entitlements. O(gates of the record).
  public static func access(
    to resource: ResourceReference, for viewer: Viewer, in context: CatalogContext,
    at instant: Instant
  ) -> Access {
    var access = Access(visibility: .purchasable)
    let gates = context.gates(of: resource)
    let entitlements = context.entitlements(to: resource)
    if gates.isEmpty, entitlements.isEmpty { return access }
    let isAllowed = entitled(entitlements, viewer, instant, &access)
    if access.visibility == .hidden { return access }
    look(at: gates.filter { $0.drop == nil }, isAllowed, viewer, instant, &access)
    for drop in Set(gates.compactMap(\.drop)).sorted() {
      look(at: gates.filter { $0.drop == drop }, false, viewer, instant, &access)
    }
    return access
  }

  /// Looks at gates that are ways in together.
  private static func look(
    at gates: [GateRecord], _ isAllowed: Bool, _ viewer: Viewer, _ instant: Instant,
    _ access: inout Access
  ) {
    for kept in [Visibility.hidden, .teaser, .viewOnly] {
      let ways = gates.filter { $0.mode.remaining == kept }
      if ways.isEmpty { continue }
      for gate in ways {
        access.nextChange = NextChange.earliest(
          access.nextChange, gate.nextBorder(after: instant, for: viewer))
      }
      let isOpen = isAllowed || ways.contains { $0.isOpen(to: viewer, at: instant) }
      if isOpen {
        if access.gate == nil { access.gate = ways.first { $0.isReserved(at: instant) } }
      } else if access.visibility > kept {
        access.visibility = kept
        access.gate = ways.min { $0.publicOpening < $1.publicOpening }
      }
    }
  }

  /// Decides about a product: by its status, then its gates.
  public static func access(
    to product: ProductRecord, for viewer: Viewer, in context: CatalogContext,
    at instant: Instant
  ) -> Access {
    guard product.status == .active else { return Access(visibility: .hidden) }
    if !context.hasGatesOrEntitlements { return Access(visibility: .purchasable) }
    return access(
      to: ResourceReference(type: "product", id: product.id), for: viewer, in: context, at: instant)
  }

  /// Decides about a variant: never more than its product.
  public static func access(
    to variant: VariantRecord, of product: ProductRecord, for viewer: Viewer,
    in context: CatalogContext, at instant: Instant
  ) -> Access {
    access(
      to: variant, within: access(to: product, for: viewer, in: context, at: instant), for: viewer,
      in: context, at: instant)
  }

  /// Decides about a variant of a product that has been decided about: never more than `whole`.
  public static func access(
    to variant: VariantRecord, within whole: Access, for viewer: Viewer,
    in context: CatalogContext, at instant: Instant
  ) -> Access {
    if !context.hasGatesOrEntitlements { return whole }
    let part = access(
      to: ResourceReference(type: "variant", id: variant.id), for: viewer, in: context, at: instant)
    var strictest = part.visibility < whole.visibility ? part : whole
    if strictest.gate == nil { strictest.gate = part.gate ?? whole.gate }
    strictest.nextChange = NextChange.earliest(part.nextChange, whole.nextChange)
    return strictest
  }

  /// How much a viewer gets of a record, and when that can next change.
  public static func visibility(
    of resource: ResourceReference, for viewer: Viewer, in context: CatalogContext,
    at instant: Instant
  ) -> (Visibility, nextChange: Instant?) {
    let access = access(to: resource, for: viewer, in: context, at: instant)
    return (access.visibility, access.nextChange)
  }

  /// Whether an entitlement lets the viewer pass; hides the record where one denies it.
  private static func entitled(
    _ entitlements: [EntitlementRecord], _ viewer: Viewer, _ instant: Instant,
    _ access: inout Access
  ) -> Bool {
    var isAllowed = false
    for entitlement in entitlements where entitlement.concerns(viewer) {
      access.nextChange = NextChange.earliest(
        access.nextChange, entitlement.window.nextBorder(after: instant))
      guard entitlement.window.contains(instant) else { continue }
      switch entitlement.effect {
      case .allow: isAllowed = true
      case .deny: access.visibility = .hidden
      }
    }
    return isAllowed
  }
}

extension EntitlementRecord {
  /// Whether the viewer holds the tier or is of the programme that it is for. Entitlements of single
  /// persons never concern a page.
  func concerns(_ viewer: Viewer) -> Bool {
    switch subject.type {
    case "tier": viewer.heldTierIDs.contains(subject.id)
    case "program": viewer.tier?.programID == subject.id
    default: false
    }
  }
}

extension GateRecord.Mode {
  /// What those outside still get.
  public var remaining: Visibility {
    switch self {
    case .hidden: .hidden
    case .teaser: .teaser
    case .viewOnly, .purchase: .viewOnly
    }
  }
}

extension GateRecord {
  /// Whether the viewer may pass at the instant.
  public func isOpen(to viewer: Viewer, at instant: Instant) -> Bool {
    if let until = window.until, instant >= until { return false }
    if let publicFrom, instant >= publicFrom { return true }
    return window.contains(instant) && audience.includes(viewer)
  }

  /// Whether it will open to everybody, but has not yet.
  func isReserved(at instant: Instant) -> Bool { publicFrom.map { instant < $0 } ?? false }

  /// When it opens to everybody; the end of time where it never does.
  var publicOpening: Instant { publicFrom ?? Instant(microseconds: .max) }

  /// The next instant at which `isOpen` can change for the viewer.
  func nextBorder(after instant: Instant, for viewer: Viewer) -> Instant? {
    let opening = publicFrom.flatMap { $0 > instant ? $0 : nil }
    let own = window.nextBorder(after: instant)
    if audience.includes(viewer) { return NextChange.earliest(own, opening) }
    let end = window.until.flatMap { publicFrom != nil && $0 > instant ? $0 : nil }
    return NextChange.earliest(opening, end)
  }
}
